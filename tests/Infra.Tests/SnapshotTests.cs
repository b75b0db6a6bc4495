using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>What each environment is made of is a file that is reviewed: a change of it is seen in the commit that causes it.</summary>
public sealed class SnapshotTests
{
    private const string Accept = "AIGC_ACCEPT_SNAPSHOTS";

    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Prediction_IsTheCommittedOne(string name)
    {
        var now = (await Deployment.OfAsync(name)).Text;
        var file = RepositoryRoot.Combine("infra", "snapshots", $"{name}.json");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
            await File.WriteAllTextAsync(file, now);
        var before = File.Exists(file) ? await File.ReadAllTextAsync(file) : """{"predictedResources":[]}""";

        var changes = SnapshotDiff.Of(before, now);

        Assert.True(
            changes.Count == 0,
            $"infra/snapshots/{name}.json is not what infra/ makes now; with {Accept}=1 this test writes it anew.\n{string.Join('\n', changes)}");
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Prediction_HasNothingThatCouldNotBeSeen(string name)
    {
        var deployment = await Deployment.OfAsync(name);

        // A module whose count of resources is known to Azure alone is left out of the prediction, and out of every test.
        Assert.Empty(deployment.Root.GetProperty("diagnostics").EnumerateArray());
        Assert.True(deployment.Resources.Count > 40, $"{deployment.Resources.Count} resources");
    }

    [Fact]
    public void Diff_OneValueChanged_IsOneLineThatNamesIt()
    {
        const string before = """{"predictedResources":[{"type":"T","name":"n","a":{"b":[1,2]},"gone":true}]}""";
        const string after = """{"predictedResources":[{"type":"T","name":"n","a":{"b":[1,3]},"new":"x"}]}""";

        Assert.Equal(["~ T n: a b[1]: 2 -> 3", "- T n: gone = true", "+ T n: new = \"x\""], SnapshotDiff.Of(before, after));
        Assert.Empty(SnapshotDiff.Of(after, after));
    }
}
