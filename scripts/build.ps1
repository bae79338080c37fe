# Shared build of run.ps1 and test.ps1, which call it from the root of the tree.
param([string]$Target)

if (-not $env:VCPKG_ROOT) { throw "VCPKG_ROOT is not set: clone vcpkg, run its bootstrap-vcpkg.bat, set VCPKG_ROOT to its folder" }
if (-not (Get-Command cl -ErrorAction SilentlyContinue)) { throw "no cl here: use a Developer PowerShell for VS 2022 (x64)" }

cmake --preset windows-msvc
if ($LASTEXITCODE) { exit $LASTEXITCODE }
cmake --build --preset windows-msvc --target $Target
if ($LASTEXITCODE) { exit $LASTEXITCODE }
