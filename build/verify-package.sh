#!/usr/bin/env bash
# Proves the package from a user's side: packs it, then a program outside the repository references it from a local folder,
# trains a module and an SSD, saves both, and loads and serves them in another process; then the same from a published folder.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet pack build/Package -c Release -o "$work/feed"

mkdir "$work/program"
cp build/PackageVerification/Program.cs "$work/program/"
cat > "$work/program/Program.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MLNetDeepExtensions" Version="*" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="2.10.0" />
  </ItemGroup>
</Project>
PROJECT
cat > "$work/program/nuget.config" <<CONFIG
<configuration>
  <packageSources>
    <add key="local" value="$work/feed" />
  </packageSources>
</configuration>
CONFIG
cd "$work/program"

# The package under test is unpacked here; everything else may come from the usual cache.
export NUGET_PACKAGES="$work/packages"
fallback="$HOME/.nuget/packages"
[ -d "$fallback" ] && export RestoreFallbackFolders="$fallback"

dotnet build -c Release
dotnet run -c Release --no-build -- train "$work/models"
dotnet run -c Release --no-build -- serve "$work/models"
dotnet publish -c Release -r linux-x64 --self-contained false -o "$work/published"
dotnet "$work/published/Program.dll" serve "$work/models"
echo "The package works."
