using System.Diagnostics;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>Runs the Bicep compiler on a copy of <c>infra</c>, so that nothing is written in the checkout.</summary>
internal static class BicepCli
{
    /// <summary>What one run said.</summary>
    public sealed record Answer(int Code, string Output, string Errors);

    /// <summary>Copies <c>infra</c> to a folder of a test.</summary>
    public static void CopyTo(TempFolder folder)
    {
        var source = RepositoryRoot.Combine("infra");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = folder.Combine(Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Runs it in a folder.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="variables">What the parameter file reads.</param>
    /// <param name="arguments">What it is to do.</param>
    public static async Task<Answer> RunAsync(string folder, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(BicepInstallation.Path, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // It asks for ICU otherwise, which the machine may lack.
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Answer(process.ExitCode, await output, await errors);
    }
}
