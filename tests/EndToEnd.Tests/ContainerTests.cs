using System.Text.Json;
using System.Text.RegularExpressions;
using Aigc.GpuHost.Configuration;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

/// <summary>
/// No test here has an engine for containers: what can be read off docker-compose.yml and the files it names is held instead.
/// </summary>
public sealed partial class ContainerTests
{
    private static readonly string _compose = File.ReadAllText(RepositoryRoot.Combine("docker-compose.yml"));
    private static readonly string _functions = File.ReadAllText(RepositoryRoot.Combine("functions", "Dockerfile"));

    [Fact]
    public void Services_AreTheFour() =>
        Assert.Equal(["azurite", "functions", "gpu-host", "jaeger"], Services().Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Dockerfiles_AreThere()
    {
        var files = DockerfileLine().Matches(_compose).Select(static match => match.Groups["file"].Value).ToArray();

        Assert.Equal(3, files.Length);
        Assert.All(files, static file => Assert.True(File.Exists(RepositoryRoot.Combine(file)), file));
    }

    [Fact]
    public void DependsOn_NamesServices_AndHealthyOnesHaveACheck()
    {
        var services = Services();
        var waits = services.SelectMany(static service => Condition().Matches(service.Value)).ToArray();

        Assert.NotEmpty(waits);
        Assert.All(waits, wait =>
        {
            string text = services[wait.Groups["service"].Value];
            if (wait.Groups["condition"].Value == "healthy")
                Assert.Contains("healthcheck:", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void GpuHost_IsCalledWhereItListens()
    {
        int port = new ListenOptions().GrpcPort;

        Assert.Contains($"Aigc__GpuHosts__0: http://gpu-host:{port}\n", Services()["functions"], StringComparison.Ordinal);
        Assert.Contains(
            $"Listen__GrpcPort={port} ", File.ReadAllText(RepositoryRoot.Combine("gpu-host", "Dockerfile.cpu")), StringComparison.Ordinal);
    }

    [Fact]
    public void Store_IsOneForBoth()
    {
        var services = Services();
        string container = new StoreOptions().Container;

        Assert.Contains(" Store__ConnectionString: *storage\n", services["gpu-host"], StringComparison.Ordinal);
        Assert.Contains($" Store__Container: {container}\n", services["gpu-host"], StringComparison.Ordinal);
        Assert.Contains(" AzureWebJobsStorage: *storage\n", services["functions"], StringComparison.Ordinal);
        Assert.Contains($" Aigc__ContainerName: {container}\n", services["functions"], StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_ListensWhereItIsPublishedAndChecked()
    {
        string port = Expose().Match(_functions).Groups["port"].Value;

        Assert.Contains($":7071:{port}\"", Services()["functions"], StringComparison.Ordinal);
        Assert.Contains($"/dev/tcp/127.0.0.1/{port} ", _functions, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_IsBuiltOfTheRealPackages_OnTheHostOfItsFramework()
    {
        Assert.Contains("-p:FunctionsPackages=gallery", _functions, StringComparison.Ordinal);
        Assert.Contains("azure-functions/dotnet-isolated:4-dotnet-isolated10.0\n", _functions, StringComparison.Ordinal);
        Assert.Contains("COPY --from=build /home/site/wwwroot /home/site/wwwroot\n", _functions, StringComparison.Ordinal);
        Assert.Contains("AzureWebJobsScriptRoot=/home/site/wwwroot ", _functions, StringComparison.Ordinal);
    }

    [Fact]
    public void Azurite_IsTheVersionThatTestsRunAgainst()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("tests", "azurite", "package.json")));
        string version = package.RootElement.GetProperty("devDependencies").GetProperty("azurite").GetString()!;

        Assert.Contains($"azurite:{version}\n", Services()["azurite"], StringComparison.Ordinal);
        Assert.Contains("--skipApiVersionCheck", Services()["azurite"], StringComparison.Ordinal);
    }

    [Fact]
    public void LocalSettings_HaveWhatTheContainerHas()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("functions", "local.settings.json.example")));
        var values = settings.RootElement.GetProperty("Values");

        Assert.Equal("dotnet-isolated", values.GetProperty("FUNCTIONS_WORKER_RUNTIME").GetString());
        Assert.Equal("UseDevelopmentStorage=true", values.GetProperty("AzureWebJobsStorage").GetString());
        // The base image names the runtime.
        var names = values.EnumerateObject().Select(static value => value.Name).Where(static name => name != "FUNCTIONS_WORKER_RUNTIME");
        Assert.All(names, static name => Assert.True(
            Services()["functions"].Contains($" {name}: ", StringComparison.Ordinal)
                || _functions.Contains($" {name}=", StringComparison.Ordinal),
            name));
    }

    /// <summary>The text of each service, without comments.</summary>
    private static Dictionary<string, string> Services()
    {
        string text = string.Join('\n', _compose.Split('\n').Where(static line => !line.TrimStart().StartsWith('#')));
        int from = text.IndexOf("\nservices:\n", StringComparison.Ordinal);
        string services = text[from..text.IndexOf("\nvolumes:\n", StringComparison.Ordinal)];
        return ServiceLine().Split(services)[1..].Chunk(2).ToDictionary(static pair => pair[0], static pair => pair[1] + '\n');
    }

    [GeneratedRegex(@"^  ([a-z-]+):$", RegexOptions.Multiline)]
    private static partial Regex ServiceLine();

    [GeneratedRegex(@"dockerfile: (?<file>\S+)")]
    private static partial Regex DockerfileLine();

    [GeneratedRegex(@"^      (?<service>[a-z-]+):\n        condition: service_(?<condition>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Condition();

    [GeneratedRegex(@"^EXPOSE (?<port>\d+)$", RegexOptions.Multiline)]
    private static partial Regex Expose();
}
