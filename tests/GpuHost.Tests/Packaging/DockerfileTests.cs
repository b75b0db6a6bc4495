using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aigc.GpuHost.Configuration;
using Aigc.Inference.Onnx.Devices;
using Aigc.TestKit;
using Microsoft.Extensions.Configuration;

namespace Aigc.GpuHost.Tests.Packaging;

/// <summary>No test here has an engine that builds images: what can be read off the files is held instead.</summary>
public sealed class DockerfileTests
{
    private const string Gpu = "Dockerfile";
    private const string Cpu = "Dockerfile.cpu";
    private const string Host = "gpu-host/GpuHost/Aigc.GpuHost.csproj";
    private const string GpuRuntime = "-p:OnnxRuntime=gpu";

    private static readonly int _grpcPort = new ListenOptions().GrpcPort;
    private static readonly int _probePort = _grpcPort + 1000;

    public static TheoryData<string> Both => [Gpu, Cpu];

    [Theory]
    [MemberData(nameof(Both))]
    public void Restore_HasTheHostsProjectsAndNoOther(string name)
    {
        var file = Dockerfile.Read(name);
        var projects = file.Copied.Where(static copy => copy.Source.EndsWith(".csproj", StringComparison.Ordinal)).ToArray();

        Assert.Equal(Closure(), projects.Select(static copy => copy.Source).Order(StringComparer.Ordinal));
        Assert.All(projects, static copy => Assert.Equal(Path.GetDirectoryName(copy.Source) + "/", copy.Destination));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Restore_ComesBeforeAnySource(string name)
    {
        var file = Dockerfile.Read(name);
        var restore = file.Command("dotnet restore ");
        var before = file.Instructions.TakeWhile(next => next.Text != restore).Where(static next => next.Word == "COPY").ToArray();

        Assert.NotEmpty(before);
        Assert.All(before, static copy => Assert.False(Directory.Exists(RepositoryRoot.Combine(copy.Text.Split(' ')[0])), copy.Text));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Publish_HasTheSourcesOfEveryProject(string name)
    {
        var folders = Dockerfile.Read(name).Copied
            .Where(static copy => copy.Source == copy.Destination).Select(static copy => copy.Source + "/").ToArray();

        Assert.All(Closure(), project => Assert.Contains(folders, folder => project.StartsWith(folder, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Copy_EverySourceIsThereAndNotIgnored(string name)
    {
        var ignored = File.ReadLines(RepositoryRoot.Combine(".dockerignore"))
            .Where(static line => line.Length > 0 && !line.StartsWith('#')).ToArray();
        Assert.Contains(ignored, static pattern => Ignores(pattern, "core/Artifacts/bin"));

        Assert.All(Dockerfile.Read(name).Copied, copy =>
        {
            Assert.True(Path.Exists(RepositoryRoot.Combine(copy.Source)), $"{copy.Source} is not there");
            Assert.DoesNotContain(ignored, pattern => Ignores(pattern, copy.Source));
        });
    }

    [Fact]
    public void Publish_OnlyTheGpuImage_HasTheGpuRuntime()
    {
        foreach (var command in new[] { "dotnet restore ", "dotnet publish " })
        {
            // A restore without it would fetch the other package, which the publish then does not look for.
            Assert.Contains(GpuRuntime, Dockerfile.Read(Gpu).Command(command), StringComparison.Ordinal);
            Assert.DoesNotContain(GpuRuntime, Dockerfile.Read(Cpu).Command(command), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Image_IsNotRunByRootAndEndsBySigterm(string name)
    {
        var file = Dockerfile.Read(name);

        Assert.Equal("$APP_UID", file.Only("USER"));
        Assert.Equal("SIGTERM", file.Only("STOPSIGNAL"));
        Assert.Equal("""["dotnet", "Aigc.GpuHost.dll"]""", file.Only("ENTRYPOINT"));
        // Microsoft's base image sets it; another must be told.
        if (!file.Image.First().Text.Contains("mcr.microsoft.com/dotnet/aspnet:", StringComparison.Ordinal))
            Assert.True(int.Parse(file.Environment["APP_UID"], CultureInfo.InvariantCulture) > 0);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Image_NamesTheDefaultPorts(string name)
    {
        var file = Dockerfile.Read(name);

        Assert.Equal($"{_grpcPort} {_probePort}", file.Only("EXPOSE"));
        Assert.All(
            file.Image.Where(static next => next.Word == "HEALTHCHECK"),
            check => Assert.Contains($"/{_probePort} ", check.Text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Image_ItsSettingsAreTheHosts(string name)
    {
        var settings = Dockerfile.Read(name).Environment
            .Where(static pair => pair.Key.Contains("__", StringComparison.Ordinal))
            .Select(static pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), (string?)pair.Value));

        var options = ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), []);

        Assert.Equal(("0.0.0.0", _grpcPort, (int?)_probePort), (options.Listen.Address, options.Listen.GrpcPort, options.Listen.ProbePort));
        Assert.Equal("/models", options.Models.Root);
        // A folder here would exclude the container that a user names.
        Assert.Null(options.Store.Folder);
        Assert.Equal(name == Gpu ? ExecutionProvider.Cuda : ExecutionProvider.Auto, options.Execution.Provider);
    }

    private static IEnumerable<string> Closure()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Follow(Host);
        return found;

        void Follow(string project)
        {
            if (!found.Add(project))
                return;
            var path = RepositoryRoot.Combine(project);
            foreach (var reference in XDocument.Load(path).Descendants("ProjectReference"))
            {
                var target = Path.Combine(Path.GetDirectoryName(path)!, reference.Attribute("Include")!.Value);
                Follow(Path.GetRelativePath(RepositoryRoot.Path, Path.GetFullPath(target)));
            }
        }
    }

    // As Docker reads a pattern, of which the file uses '**/' and '*' alone; a folder takes what is in it with it.
    private static bool Ignores(string pattern, string path)
    {
        var expression = Regex.Escape(pattern)
            .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return Regex.IsMatch(path, $"^{expression}(/|$)", RegexOptions.CultureInvariant);
    }
}
