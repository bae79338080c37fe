int run_greeter(int argc, char** argv);

int main(int argc, char** argv) { return run_greeter(argc, argv); }
