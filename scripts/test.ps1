# Builds Portico with Visual C++ and vcpkg, and runs every test that works on Windows.
# Run it in a "Developer PowerShell for VS 2022" (x64), with VCPKG_ROOT set, or with the vcpkg of Visual Studio.
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")
. .\scripts\build.ps1 all

ctest --preset windows-msvc
exit $LASTEXITCODE
