# Builds Portico with Visual C++ and vcpkg, and serves examples\portico.json (or the given file).
# Run it in a "Developer PowerShell for VS 2022" (x64), with VCPKG_ROOT set, or with the vcpkg of Visual Studio.
param([string]$File = "examples\portico.json")
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..")
. .\scripts\build.ps1 portico_program

& .\build\windows-msvc\portico.exe run $File
exit $LASTEXITCODE
