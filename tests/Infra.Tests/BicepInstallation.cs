using System.Reflection;
using System.Runtime.InteropServices;

namespace Aigc.Infra.Tests;

/// <summary>The Bicep compiler that the package feed has.</summary>
internal static class BicepInstallation
{
    /// <summary>The program.</summary>
    public static string Path { get; } = System.IO.Path.GetFullPath(typeof(BicepInstallation).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static one => one.Key == "BicepPath").Value!
        .Replace('\\', '/'));

    /// <summary>Why it cannot be run here; null where it can.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64
            ? "the Bicep compiler is restored for Linux on x64 alone"
            : File.Exists(Path) ? null : $"{Path} is missing: restore this project";
}
