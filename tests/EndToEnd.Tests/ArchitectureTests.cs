using System.Reflection;

namespace Aigc.EndToEnd.Tests;

/// <summary>Holds the arrows between the parts: what each project may reference, and what it must never see.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> _mayReference = new()
    {
        ["Aigc.Artifacts"] = [],
        ["Aigc.Caching"] = ["Aigc.Artifacts"],
        ["Aigc.Compression"] = [],
        ["Aigc.Contracts"] = [],
        ["Aigc.Pipeline"] = ["Aigc.Artifacts"],
        ["Aigc.Inference.Client"] = ["Aigc.Compression", "Aigc.Contracts", "Aigc.Pipeline", "Aigc.Artifacts"],
        ["Aigc.Api"] = ["Aigc.Artifacts", "Aigc.Pipeline"],
        ["Aigc.Inference"] = [],
        ["Aigc.Inference.Onnx"] = ["Aigc.Inference"],
        ["Aigc.Inference.Chain"] = ["Aigc.Artifacts", "Aigc.Inference"],
        ["Aigc.GpuHost"] =
        [
            "Aigc.Artifacts", "Aigc.Caching", "Aigc.Compression", "Aigc.Contracts", "Aigc.Inference", "Aigc.Inference.Onnx", "Aigc.Inference.Chain",
        ],
        ["Aigc.Standalone"] =
        [
            "Aigc.Api", "Aigc.Artifacts", "Aigc.Contracts", "Aigc.Pipeline", "Aigc.Inference.Client", "Aigc.Inference",
            "Aigc.Inference.Onnx", "Aigc.Inference.Chain",
        ],
        // The surface stands in for the packages of feeds that do not serve them.
        ["Aigc.Functions"] = ["Aigc.Api", "Aigc.Artifacts", "Aigc.Caching", "Aigc.Pipeline", "Aigc.Inference.Client", "Aigc.FunctionsSurface"],
    };

    public static TheoryData<string> Projects => [.. _mayReference.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_ReferencesOnlyWhatItMay(string project)
    {
        var ours = References(project).Where(name => name.StartsWith("Aigc.", StringComparison.Ordinal));
        Assert.Empty(ours.Except(_mayReference[project]));
    }

    [Theory]
    [InlineData("Aigc.Artifacts", "Microsoft.ML.", "Microsoft.AspNetCore", "Grpc.", "SkiaSharp")]
    [InlineData("Aigc.Pipeline", "Azure.", "Microsoft.ML.", "Microsoft.AspNetCore", "Grpc.", "Microsoft.DurableTask", "Microsoft.Azure.Functions", "Google.Protobuf")]
    [InlineData("Aigc.Inference", "Azure.", "Microsoft.ML.OnnxRuntime", "Microsoft.AspNetCore", "Grpc.")]
    [InlineData("Aigc.Inference.Onnx", "Azure.", "Microsoft.AspNetCore", "Grpc.")]
    [InlineData("Aigc.Inference.Chain", "Azure.", "Microsoft.ML.", "Microsoft.AspNetCore", "Grpc.", "Google.Protobuf")]
    [InlineData("Aigc.Api", "Azure.", "Microsoft.ML.", "Grpc.", "Microsoft.DurableTask", "Microsoft.Azure.Functions", "Google.Protobuf")]
    [InlineData("Aigc.Functions", "Microsoft.ML.", "Grpc.", "Google.Protobuf", "SkiaSharp", "Aigc.Inference.Onnx", "Aigc.Contracts")]
    public void Project_NeverSees(string project, params string[] forbidden) => Assert.DoesNotContain(
        References(project), name => forbidden.Any(f => name.StartsWith(f, StringComparison.Ordinal)));

    [Fact]
    public void OnnxRuntime_IsSeenByOneProjectAlone() => Assert.Equal(
        ["Aigc.Inference.Onnx"], _mayReference.Keys.Where(p => References(p).Contains("Microsoft.ML.OnnxRuntime")));

    [Fact]
    public void ProductCode_NeverReferencesTestCode() => Assert.All(
        _mayReference.Keys, project => Assert.DoesNotContain(References(project), name => name.Contains("Test", StringComparison.Ordinal) || name.StartsWith("xunit", StringComparison.Ordinal)));

    [Fact]
    public void EveryProject_IsHeldByThisTest()
    {
        var root = TestKit.RepositoryRoot.Path;
        var projects = new[] { "core", "gpu-host", "standalone", "functions" }
            .Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(_mayReference.Keys.Order(), projects.Order());
    }

    private static string[] References(string project) => [.. Assembly.Load(project).GetReferencedAssemblies().Select(a => a.Name!)];
}
