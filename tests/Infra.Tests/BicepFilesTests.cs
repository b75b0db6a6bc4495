using System.Text.Json;
using System.Text.RegularExpressions;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>
/// The files themselves. The compiler says of most faults that they are warnings, and ends with 0: any word of it is a failure.
/// </summary>
public sealed partial class BicepFilesTests
{
    // Each with its reason beside it. Another one is a decision.
    private static readonly string[] _suppressed =
    [
        "app/endpoints.bicep use-resource-id-functions",
        "app/gpu-host.bicep use-recent-api-versions",
        "main.bicep no-hardcoded-env-urls",
        "main.bicep what-if-short-circuiting",
    ];

    private static readonly string _folder = RepositoryRoot.Combine("infra");

    [BicepFact]
    public async Task Build_SaysNothing()
    {
        using var folder = Copy();

        var answer = await BicepCli.RunAsync(folder.Path, Deployment.VariablesOf("dev"), "build", "main.bicep", "--stdout");

        Assert.Equal((0, ""), (answer.Code, answer.Errors));
    }

    [BicepFact]
    public async Task Lint_FindsNothing()
    {
        using var folder = Copy();

        var answer = await BicepCli.RunAsync(
            folder.Path, Deployment.VariablesOf("dev"), "lint", "main.bicep", "--diagnostics-format", "sarif");

        using var report = JsonDocument.Parse(answer.Output.Length > 0 ? answer.Output : answer.Errors);
        Assert.Empty(report.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray());
        Assert.Equal(0, answer.Code);
    }

    [BicepFact]
    public async Task Lint_OfAFault_FindsIt()
    {
        using var folder = Copy();
        await File.AppendAllTextAsync(folder.Combine("main.bicep"), "\nparam nobodyUsesIt string = ''\n");

        var answer = await BicepCli.RunAsync(folder.Path, Deployment.VariablesOf("dev"), "build", "main.bicep", "--stdout");

        Assert.Contains("Error no-unused-params", answer.Errors, StringComparison.Ordinal);
        Assert.NotEqual(0, answer.Code);
    }

    [BicepFact]
    public async Task Format_ChangesNothing()
    {
        using var folder = Copy();

        string[][] calls = [["format", "--pattern", "**/*.bicep"], ["format", "main.bicepparam"]];
        foreach (var call in calls)
        {
            var answer = await BicepCli.RunAsync(folder.Path, Deployment.VariablesOf("dev"), call);
            Assert.Equal((0, ""), (answer.Code, answer.Errors));
        }

        foreach (var file in Sources())
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(_folder, file)), await File.ReadAllTextAsync(folder.Combine(file)));
    }

    [Fact]
    public void Rules_AreAllErrors()
    {
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "bicepconfig.json")));
        var core = settings.RootElement.GetProperty("analyzers").GetProperty("core");
        var rules = core.GetProperty("rules").EnumerateObject().ToArray();

        Assert.True(core.GetProperty("enabled").GetBoolean());
        // The compiler lists its rules nowhere; these are those of its documentation.
        Assert.True(rules.Length >= 43, $"{rules.Length} rules");
        Assert.All(rules, static rule => Assert.Equal("error", rule.Value.GetProperty("level").GetString()));
    }

    [Fact]
    public void Rules_AreSuppressedWhereAReasonSaysSo()
    {
        var found = Sources().SelectMany(static file => Suppression().Matches(File.ReadAllText(Path.Combine(_folder, file)))
            .Select(match => (Text: $"{file} {match.Groups["rule"].Value}", Reason: match.Groups["reason"].Value.Trim()))).ToArray();

        Assert.Equal(_suppressed, found.Select(static one => one.Text).Order(StringComparer.Ordinal));
        Assert.All(found, static one => Assert.True(one.Reason.Length > 20, $"{one.Text}: a reason"));
    }

    [Fact]
    public void Modules_AreAllUsedAndAllHere()
    {
        var main = File.ReadAllText(Path.Combine(_folder, "main.bicep"));
        var used = Module().Matches(main).Select(static match => match.Groups["path"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Equal(Sources().Where(static file => file.StartsWith("app/", StringComparison.Ordinal)), used.Order(StringComparer.Ordinal));
        Assert.All(Sources(), static file => Assert.DoesNotMatch("'(br|ts)[:/]", File.ReadAllText(Path.Combine(_folder, file))));
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
        .Select(static file => Path.GetRelativePath(_folder, file))
        .Where(static file => Path.GetExtension(file) is ".bicep" or ".bicepparam")
        .Order(StringComparer.Ordinal);

    private static TempFolder Copy()
    {
        var folder = new TempFolder();
        BicepCli.CopyTo(folder);
        return folder;
    }

    [GeneratedRegex(@"#disable-next-line (?<rule>[\w-]+)(?<reason>.*)")]
    private static partial Regex Suppression();

    [GeneratedRegex(@"^module \w+ '(?<path>[^']+)'", RegexOptions.Multiline)]
    private static partial Regex Module();
}
