using System.Security.Cryptography;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

/// <summary>Hosts that share one store serve the command, whatever becomes of any one of them.</summary>
public sealed class TwoHostsTests : StandaloneTest
{
    private const int Pictures = 60;

    private static readonly string[] _job =
    [
        "a red circle", "a green heart", "a blue cross", "a yellow star", "a white square", "a purple triangle", "three green stars", "two red hearts",
        "a small blue circle", "a white cross on a red background", "a black star", "an orange circle", "a red square on a blue background",
        "a yellow triangle", "a green circle on a black background", "--n", "4", "--seed", "11", "--steps", "12", "--size", "64x64",
    ];

    [Fact]
    public async Task Kill_EachHostInTurnAndOneComesBack_EveryPictureIsThatOfOneProcess()
    {
        using var stored = new StoredPictures(Path.Combine(Data, "artifacts"));
        await using var first = await StartAsync(port: 0);
        await using var second = await StartAsync(port: 0);
        var hostsOut = Folder.Combine("hosts-out");
        var job = StandaloneProcess.RunAsync([.. _job, "--hosts", $"{first.Address},{second.Address}", "--data", Data, "--out", hostsOut]);

        await stored.ReachAsync(4, job);
        first.Kill();
        await first.ExitAsync();
        await using var restarted = await StartAsync(first.Address.Port);
        await stored.ReachAsync(24, job);
        second.Kill();
        await second.ExitAsync();
        // From here on all that is left is for the host that came back.
        Assert.False(job.IsCompleted);
        Assert.InRange(stored.Count, 24, Pictures - 1);
        var run = await job;

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(Pictures, stored.Count);
        var alone = await StandaloneProcess.RunAsync([.. _job, "--data", Folder.Combine("alone"), "--out", Out]);
        Assert.Equal(0, alone.ExitCode);
        var expected = Hashes(Out);
        Assert.Equal(Pictures, expected.Count);
        Assert.Equal(expected, Hashes(hostsOut));
    }

    private static SortedDictionary<string, string> Hashes(string folder) => new(Directory.GetFiles(folder).ToDictionary(
        file => Path.GetFileName(file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))), StringComparer.Ordinal);

    // Few rows a batch: pictures then come one after another, and a host is killed among them.
    private Task<HostProcess> StartAsync(int port) => HostProcess.StartAsync(
        "--Listen:GrpcPort", port.ToString(provider: null), "--Listen:ProbePort", "0", "--Store:Folder", Path.Combine(Data, "artifacts"),
        "--Batching:MaxRows", "8");
}
