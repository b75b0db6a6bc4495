using System.Diagnostics;
using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests.Devices;

public sealed class RuntimePackageTests
{
    [Theory]
    [InlineData("", "Microsoft.ML.OnnxRuntime")]
    [InlineData("gpu", "Microsoft.ML.OnnxRuntime.Gpu")]
    public void Project_BuiltForADevice_HasThatRuntimeAlone(string runtime, string package)
    {
        var project = RepositoryRoot.Combine("gpu-host", "Inference.Onnx", "Aigc.Inference.Onnx.csproj");
        Assert.Equal([package], Names(project, runtime, "PackageReference"));
        Assert.Contains(package, Names(project, runtime, "PackageVersion"));
    }

    private static string[] Names(string project, string runtime, string item)
    {
        string[] arguments = ["msbuild", project, "-nologo", "-nodeReuse:false", $"-getItem:{item}", $"-p:OnnxRuntime={runtime}"];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        // Those of the build that runs this test would be taken for the project's own.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return
        [
            .. JsonDocument.Parse(output).RootElement.GetProperty("Items").GetProperty(item).EnumerateArray()
                .Select(entry => entry.GetProperty("Identity").GetString()!)
                .Where(name => name.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)),
        ];
    }
}
