using Aigc.Contracts.Inference.V1;
using Aigc.TestKit;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using static Aigc.GpuHost.Tests.Calls;

namespace Aigc.GpuHost.Tests.Inference;

public sealed class DescribeTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await TestHost.StartAsync("--Limits:MaxPictures", "3", "--Admission:MaxQueuedSeconds", "7", "--Chain:Host", "gpu-1:5001");

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Describe_SaysWhatTheHostHasAndTakes()
    {
        var before = await _host.Client.DescribeAsync(new DescribeRequest());
        var model = Assert.Single(before.Models);
        Assert.Equal(("tiny-shapes", false, 64), (model.Name, model.Loaded, model.Digest.Length));
        Assert.True(model.ImageToImage);
        Assert.Contains(model.DefaultScheduler, model.Schedulers);
        Assert.Contains("three green stars on a black background", model.Prompts);
        Assert.Equal((3, 7), (before.Limits.MaxPictures, before.Limits.MaxQueuedSeconds));
        Assert.Equal("cpu", Assert.Single(before.Devices).Provider);
        Assert.Equal("gpu-1:5001", before.Host);
        var made = Assert.Single((await _host.RunAsync(Run(Picture(1)))).Pictures());
        Assert.EndsWith(":gpu-1:5001", made.Artifact, StringComparison.Ordinal);
        Assert.True((await _host.Client.DescribeAsync(new DescribeRequest())).Models[0].Loaded);
    }

    [Fact]
    public async Task Describe_OneModelIsDamaged_SaysSoBesideTheOthers()
    {
        using var root = new TempFolder();
        foreach (var name in (string[])["good", "odd"])
            CopyOfModel(root.Combine(name));
        await File.WriteAllTextAsync(root.Combine("odd/scheduler/scheduler_config.json"), """{ "_class_name": "HeunDiscreteScheduler" }""");
        await using var host = await TestHost.StartAsync("--Models:Root", root.Path);

        var models = (await host.Client.DescribeAsync(new DescribeRequest())).Models;

        Assert.Equal([("good", ""), ("odd", "")], models.Select(static model => (model.Name, model.Name == "odd" ? "" : model.Fault)));
        Assert.Contains("HeunDiscreteScheduler", models[1].Fault, StringComparison.Ordinal);
        var request = Run(Picture(1));
        request.Model = "odd";
        Assert.Equal(StatusCode.FailedPrecondition, (await FaultOf(() => host.RunAsync(request))).StatusCode);
    }

    [Fact]
    public async Task WatchLoad_AnswersAtOnceAndThenWhenTheLoadHasChanged()
    {
        using var idle = _host.Client.WatchLoad(new WatchLoadRequest { IntervalMs = 60_000 });
        Assert.True(await idle.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((0, 0, false), (idle.ResponseStream.Current.Running, idle.ResponseStream.Current.Waiting, idle.ResponseStream.Current.Draining));
        Assert.True(idle.ResponseStream.Current.FreeRows > 0);

        using var watch = _host.Client.WatchLoad(new WatchLoadRequest { IntervalMs = 1 });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        var held = _host.Gate.HoldAt(2);
        using var call = _host.Client.Run(Run(Picture(1)));
        await held.WaitForSyncPoint();
        while (watch.ResponseStream.Current.Running != 1)
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        held.Continue();
        await call.AllAsync();
        while (watch.ResponseStream.Current is not { Running: 0, StepTimes.Count: 1 })
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        var step = watch.ResponseStream.Current.StepTimes[0];
        Assert.Equal(("tiny-shapes", 64, 64, 1), (step.Model, step.Width, step.Height, step.Rows));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(60_001)]
    public async Task WatchLoad_IntervalOutOfRange_IsRefused(int interval)
    {
        using var watch = _host.Client.WatchLoad(new WatchLoadRequest { IntervalMs = interval });
        Assert.Equal(["interval_ms"], (await FaultOf(() => watch.ResponseStream.MoveNext(CancellationToken.None))).Fields());
    }

    [Fact]
    public async Task Reflection_ListsTheServices()
    {
        using var call = new ServerReflection.ServerReflectionClient(_host.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(static service => service.Name);
        Assert.Superset(
            new HashSet<string> { "aigc.inference.v1.Inference", "aigc.inference.v1.ImageGenerator", "grpc.health.v1.Health" }, names.ToHashSet());
        await call.RequestStream.CompleteAsync();
    }

    private static void CopyOfModel(string path)
    {
        var model = RepositoryRoot.Combine("models", "tiny-shapes");
        foreach (var file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(path, Path.GetRelativePath(model, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
