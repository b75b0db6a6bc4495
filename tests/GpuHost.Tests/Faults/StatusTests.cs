using System.Globalization;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Google.Rpc;
using Grpc.Core;

namespace Aigc.GpuHost.Tests.Faults;

/// <summary>Every kind of fault has a status of its own, and says what a caller needs to mend it.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task Run_FaultyPictures_NamesEveryFaultOfEveryPicture()
    {
        await using var host = await TestHost.StartAsync();
        var one = new PictureRequest { Prompt = " ", Width = 500, Height = 7, Steps = 5000, Guidance = float.NaN, Seed = -1, Quality = 101 };
        var two = new PictureRequest { Prompt = "a", Scheduler = "none", Format = (OutputFormat)9, Strength = .5f, Checkpoint = "x", Image = "https://example.org/a.png" };
        var request = Calls.Run(one, two);
        request.OnDisconnect = (OnDisconnect)7;
        request.PreviewEverySteps = -1;

        var fault = await Calls.FaultOf(() => host.RunAsync(request));

        string[] expected =
        [
            "pictures[0].prompt", "pictures[0].guidance", "pictures[0].seed", "pictures[0].quality", "pictures[0].width", "pictures[0].height",
            "pictures[0].steps", "pictures[1].scheduler", "pictures[1].image", "pictures[1].format", "pictures[1].checkpoint", "on_disconnect",
            "preview_every_steps",
        ];
        Assert.Equal(expected.Order(), fault.Fields().Order());
    }

    [Fact]
    public async Task Run_MoreFaultsThanHeadersHold_ToldAreThoseThatFit()
    {
        await using var host = await TestHost.StartAsync();
        var faulty = new PictureRequest
        {
            Prompt = new string('\u4e2d', 9000), NegativePrompt = new string('\u4e2d', 9000), Scheduler = new string('\u4e2d', 500), Steps = -1, Seed = -1,
            Checkpoint = new string('\u4e2d', 500), Image = new string('\u4e2d', 500),
        };

        var fault = await Calls.FaultOf(() => host.RunAsync(Calls.Run([.. Enumerable.Repeat(faulty, 12)])));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Contains("more faults than are told here", fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[^1].Description, StringComparison.Ordinal);
        // Callers built on gRPC's C core take 8 KiB of headers in all: what is binary travels as base64, what is no ASCII in threes.
        var details = fault.Trailers.Where(static entry => entry.IsBinary).Sum(static entry => entry.Key.Length + (entry.ValueBytes.Length + 2) / 3 * 4);
        Assert.InRange(details + Uri.EscapeDataString(fault.Status.Detail).Length, 1, 8 * 1024);
    }

    [Fact]
    public async Task Run_UnknownModel_IsNotFoundAndListsThoseThereAre()
    {
        await using var host = await TestHost.StartAsync();
        var request = Calls.Run(Calls.Picture(1));
        request.Model = "none";

        var fault = await Calls.FaultOf(() => host.RunAsync(request));

        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
        Assert.Contains("tiny-shapes", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InputPictureIsNotThere_IsNotFound()
    {
        await using var host = await TestHost.StartAsync();
        var picture = Calls.Picture(1);
        picture.Image = new ArtifactRef("uploads/none.png", "image/png", 5, new string('a', 64)).ToString();

        var fault = await Calls.FaultOf(() => host.RunAsync(Calls.Run(picture)));

        Assert.Equal(StatusCode.NotFound, fault.StatusCode);
        Assert.Contains("uploads/none.png", fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InputPictureChanged_IsDataLossAndTellsNoPathOfTheHost()
    {
        await using var host = await TestHost.StartAsync();
        var stored = await host.Store.PutAsync("uploads/a.png", "image/png", Calls.Png(64, 64));
        await File.WriteAllBytesAsync(host.PathOf(stored.ToString()), Calls.Png(72, 64));
        var picture = Calls.Picture(1);
        picture.Image = stored.ToString();

        var fault = await Calls.FaultOf(() => host.RunAsync(Calls.Run(picture)));

        Assert.Equal(StatusCode.DataLoss, fault.StatusCode);
        Assert.Contains("uploads/a.png", fault.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), fault.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is not a PNG, JPEG or WebP file", 0)]
    [InlineData("more than", 4000)]
    public async Task Run_InputPictureIsNoneOrHuge_IsRefusedByItsHeader(string expected, int side)
    {
        await using var host = await TestHost.StartAsync("--Chain:MaxInputPixels", "1000000");
        // The header of a PNG of 16 million pixels, and nothing behind it.
        byte[] file = side == 0 ? [1, 2, 3] : [.. Calls.Png(8, 8)[..16], 0, 0, (byte)(side >> 8), (byte)side, 0, 0, (byte)(side >> 8), (byte)side, .. Calls.Png(8, 8)[24..]];
        if (side != 0)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(file.AsSpan(12, 17)));
        var picture = Calls.Picture(1);
        picture.Image = (await host.Store.PutAsync("uploads/a.png", "image/png", file)).ToString();

        var fault = await Calls.FaultOf(() => host.RunAsync(Calls.Run(picture)));

        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Contains(expected, fault.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_QueueIsFull_IsRefusedWithAHintWhenToTryAgain()
    {
        await using var host = await TestHost.StartAsync("--Admission:MaxQueuedBytes", "1048576");
        var held = host.Gate.HoldAt(step: 1);
        using var first = host.Client.Run(Calls.Run(Big(1)));
        await held.WaitForSyncPoint();

        var fault = await Calls.FaultOf(() => host.RunAsync(Calls.Run(Big(2))));

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.Contains("the queue is full", fault.Status.Detail, StringComparison.Ordinal);
        var delay = fault.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan();
        Assert.True(delay > TimeSpan.Zero);
        var pushback = long.Parse(fault.Trailers.GetValue("grpc-retry-pushback-ms")!, CultureInfo.InvariantCulture);
        Assert.Equal((long)Math.Ceiling(delay.TotalMilliseconds), pushback);
        held.Continue();
        Assert.Single((await first.AllAsync()).Pictures());

        static PictureRequest Big(long seed)
        {
            var picture = Calls.Picture(seed);
            picture.Width = picture.Height = 256;
            return picture;
        }
    }

    [Fact]
    public async Task Run_DeadlineCannotBeMet_IsRefusedBeforeAnyStep()
    {
        await using var host = await TestHost.StartAsync();
        await host.RunAsync(Calls.Run(Calls.Picture(1, steps: 30)));
        var steps = host.Gate.Steps.Sum();
        var request = new RunRequest();
        request.Pictures.AddRange(Enumerable.Range(2, 64).Select(static seed => new PictureRequest { Prompt = "a", Seed = seed, Steps = 999 }));

        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(10).UtcDateTime;
        var fault = await Calls.FaultOf(() => host.Client.Run(request, deadline: deadline).AllAsync());

        Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
        Assert.Contains("cannot be met", fault.Status.Detail, StringComparison.Ordinal);
        // Not even an idle host could: to try again is of no use.
        Assert.Equal("-1", fault.Trailers.GetValue("grpc-retry-pushback-ms"));
        Assert.Equal(steps, host.Gate.Steps.Sum());
    }

    [Fact]
    public async Task Run_DeadlinePasses_EndsTheCallAndItsWork()
    {
        await using var host = await TestHost.StartAsync();
        var held = host.Gate.HoldAt(step: 1);
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(2).UtcDateTime;

        var fault = await Calls.FaultOf(() => host.Client.Run(Calls.Run(Calls.Picture(1, steps: 50)), deadline: deadline).AllAsync());
        Assert.Equal(StatusCode.DeadlineExceeded, fault.StatusCode);
        await host.Jobs.WhenIdleAsync();
        held.Continue();
        await host.RunAsync(Calls.Run(Calls.Picture(2, steps: 3)));

        // The step that was held was under way; after it there was none. On a slow machine the deadline may pass before it is reached.
        Assert.Equal(3, host.Gate.Steps.Last());
        Assert.All(host.Gate.Steps.SkipLast(1), steps => Assert.InRange(steps, 1, 2));
    }
}
