using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>azd's file and its hooks, run with stand-ins for azd and the Azure CLI that write down what they are asked.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class HooksTests : IDisposable
{
    private static readonly string _hooks = RepositoryRoot.Combine("infra", "hooks");

    private readonly TempFolder _folder = new();

    private string Calls => File.Exists(_folder.Combine("calls")) ? File.ReadAllText(_folder.Combine("calls")) : "";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AzdsFile_NamesEveryHook_AndEachIsThere()
    {
        var file = File.ReadAllText(RepositoryRoot.Combine("azure.yaml"));
        var named = Run().Matches(file).Select(static match => Path.GetFileName(match.Groups["path"].Value)).ToArray();

        Assert.Equal(
            Directory.EnumerateFiles(_hooks).Select(Path.GetFileName).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.Contains("    project: functions\n", file, StringComparison.Ordinal);
        Assert.True(Directory.Exists(RepositoryRoot.Combine("functions")));
    }

    [UnixFact]
    public void Hooks_CanBeRun() => Assert.All(Directory.EnumerateFiles(_hooks), static hook =>
        Assert.True(File.GetUnixFileMode(hook).HasFlag(UnixFileMode.UserExecute), $"{hook} cannot be run"));

    [Fact]
    public void Variables_OfHooks_AreOutputsOfTheTemplate()
    {
        var outputs = Output().Matches(File.ReadAllText(RepositoryRoot.Combine("infra", "main.bicep")))
            .Select(static match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var used = Directory.EnumerateFiles(_hooks).SelectMany(static hook => Variable().Matches(File.ReadAllText(hook)))
            .Select(static match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(used);
        Assert.Subset(outputs, used);
    }

    [Fact]
    public void Variables_OfTheParameterFile_AreInThePage()
    {
        var page = File.ReadAllText(RepositoryRoot.Combine("docs", "deploy.md"));
        var read = Read().Matches(File.ReadAllText(RepositoryRoot.Combine("infra", "main.bicepparam")))
            .Select(static match => match.Groups["name"].Value)
            .Where(static name => !name.StartsWith("AZURE_", StringComparison.Ordinal)).ToArray();

        Assert.True(read.Length >= 6);
        Assert.All(read, name => Assert.Contains(name, page, StringComparison.Ordinal));
    }

    [UnixFact]
    public void Preprovision_FirstTime_ShowsAKeyAndKeepsItsHash()
    {
        Stub("azd", """case "$2" in get-value) exit 1 ;; *) echo "$*" >> "$CALLS" ;; esac""");

        var (code, output) = RunHook("preprovision.sh");

        Assert.Equal(0, code);
        var key = Key().Match(output).Groups["key"].Value;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)));
        Assert.Contains($"env set AIGC_API_KEY_SHA256 {hash}\n", Calls, StringComparison.Ordinal);
        Assert.Matches("env set AIGC_BUDGET_START [0-9]{4}-[0-9]{2}-01\n", Calls);
    }

    [UnixFact]
    public void Preprovision_Again_ChangesNothing()
    {
        Stub("azd", """case "$2" in get-value) echo there ;; *) echo "$*" >> "$CALLS" ;; esac""");

        var (code, output) = RunHook("preprovision.sh");

        Assert.Equal((0, "", ""), (code, output, Calls));
    }

    [UnixFact]
    public void Prepackage_BackendThatTheBuildWouldNotSee_IsRefused()
    {
        // The checkout's own word on the feed must not decide this test.
        Directory.CreateDirectory(_folder.Combine("infra", "hooks"));
        var copy = _folder.Combine("infra", "hooks", "prepackage.sh");
        File.Copy(Path.Combine(_hooks, "prepackage.sh"), copy);

        Stub("azd", "exit 1");
        Assert.Equal(0, RunHook(copy).Code);
        Stub("azd", "echo azureManaged");
        Assert.Equal(1, RunHook(copy).Code);
        Stub("azd", "exit 1");
        File.WriteAllText(_folder.Combine("functions.world.props"), "<FunctionsPackages>surface</FunctionsPackages>");
        Assert.Equal(1, RunHook(copy).Code);
    }

    [UnixFact]
    public void Predeploy_NewSource_IsBuiltAndRolledOut_AndOldIsNotBuilt()
    {
        if (!Path.Exists(RepositoryRoot.Combine(".git")))
            return;
        Stub("azd", "echo \"azd $*\" >> \"$CALLS\"");
        Stub("az", "echo \"az $*\" >> \"$CALLS\"; [ \"$2\" != repository ]");

        Assert.Equal(0, RunHook("predeploy.sh").Code);
        var image = Image().Match(Calls).Groups["image"].Value;
        Assert.Contains("--file gpu-host/Dockerfile --platform linux/amd64 .\n", Calls, StringComparison.Ordinal);
        Assert.Contains(
            "az acr artifact-streaming update --name reg --repository gpu-host --enable-streaming true", Calls, StringComparison.Ordinal);
        Assert.Contains(
            $"az containerapp update --name app --resource-group group --image reg.azurecr.io/{image} ", Calls, StringComparison.Ordinal);
        Assert.EndsWith($"azd env set AIGC_GPU_HOST_IMAGE reg.azurecr.io/{image}\n", Calls, StringComparison.Ordinal);

        File.Delete(_folder.Combine("calls"));
        Stub("az", "echo \"az $*\" >> \"$CALLS\"");
        Assert.Equal(0, RunHook("predeploy.sh").Code);
        Assert.DoesNotContain("acr build", Calls, StringComparison.Ordinal);
        Assert.Contains("containerapp update", Calls, StringComparison.Ordinal);
    }

    private void Stub(string name, string script)
    {
        var file = _folder.Combine("bin", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private (int Code, string Output) RunHook(string hook)
    {
        var start = new ProcessStartInfo("/bin/sh", [Path.Combine(_hooks, hook)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder.Combine("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["CALLS"] = _folder.Combine("calls");
        start.Environment["AZURE_CONTAINER_REGISTRY_NAME"] = "reg";
        start.Environment["AZURE_RESOURCE_GROUP"] = "group";
        start.Environment["AIGC_GPU_HOST_NAME"] = "app";
        start.Environment["AIGC_GPU_HOST_DOCKERFILE"] = "gpu-host/Dockerfile";
        start.Environment["AIGC_REGISTRY_STREAMS"] = "true";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    [GeneratedRegex(@"run: (?<path>\S+)")]
    private static partial Regex Run();

    [GeneratedRegex(@"^output (?<name>[A-Z]\w+) ", RegexOptions.Multiline)]
    private static partial Regex Output();

    [GeneratedRegex(@"\$(?<name>A(IGC|ZURE)_\w+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"readEnvironmentVariable\('(?<name>\w+)'")]
    private static partial Regex Read();

    [GeneratedRegex("kept nowhere: (?<key>[0-9a-f]{64})\n")]
    private static partial Regex Key();

    [GeneratedRegex("acr build --registry reg --image (?<image>gpu-host:[0-9a-f]{16}(-[0-9]{14})?) ")]
    private static partial Regex Image();
}
