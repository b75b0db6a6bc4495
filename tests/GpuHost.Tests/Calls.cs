using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Imaging;
using Google.Rpc;
using Grpc.Core;

namespace Aigc.GpuHost.Tests;

/// <summary>What callers do.</summary>
internal static class Calls
{
    // Small and short, where a test is about something else.
    public static PictureRequest Picture(long seed, int steps = 4) => new()
    {
        Prompt = "a red circle", Seed = seed, Steps = steps, Width = 64, Height = 64, Enhance = false, Guidance = 1,
    };

    public static RunRequest Run(params PictureRequest[] pictures) => new() { Pictures = { pictures } };

    public static async Task<List<ChainEvent>> AllAsync(this AsyncServerStreamingCall<RunResponse> call)
    {
        var events = new List<ChainEvent>();
        await foreach (var next in call.ResponseStream.ReadAllAsync())
            events.Add(next.Event);
        return events;
    }

    public static async Task<List<ChainEvent>> AllAsync(this AsyncServerStreamingCall<GenerateResponse> call)
    {
        var events = new List<ChainEvent>();
        await foreach (var next in call.ResponseStream.ReadAllAsync())
            events.Add(next.Event);
        return events;
    }

    /// <summary>Reads up to the next event of a kind.</summary>
    public static async Task<ChainEvent> UntilAsync(this AsyncServerStreamingCall<RunResponse> call, ChainEvent.EventOneofCase kind)
    {
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (call.ResponseStream.Current.Event.EventCase == kind)
                return call.ResponseStream.Current.Event;
        }

        throw new InvalidOperationException($"the stream ended without {kind}");
    }

    public static FinishedPicture[] Pictures(this IEnumerable<ChainEvent> events) =>
        [.. events.Where(static next => next.Picture is not null).Select(static next => next.Picture).OrderBy(static picture => picture.Picture)];

    /// <summary>The status that a call ends with.</summary>
    public static async Task<RpcException> FaultOf(Func<Task> call) => await Assert.ThrowsAsync<RpcException>(call);

    /// <summary>The fields that a refusal names.</summary>
    public static string[] Fields(this RpcException fault)
    {
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        return [.. fault.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(static violation => violation.Field)];
    }

    public static byte[] Png(int width, int height)
    {
        var pixels = new byte[width * height * 4];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)(i * 7);
        return PictureEncoder.Encode(new Picture(width, height, pixels), PictureFormat.Png, 90);
    }
}
