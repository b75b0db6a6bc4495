using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Aigc.Contracts.Inference.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Xunit.Abstractions;

namespace Aigc.GpuHost.Tests.Fuzz;

[Collection(FuzzCollection.Name)]
public sealed class HostileMessagesTests(FuzzHost host, ITestOutputHelper output)
{
    private const int Seed = 20_240_607;
    private const int Messages = 10_000;
    private const int Thousand = 1000;
    private const int AtOnce = 8;
    private const int PromptCacheTexts = 5120;

    // Pools and the tokenizer's cache fill in the first thousands; a leak of three kilobytes a message would be more.
    private const long MaxSmallGrowth = 24 << 20;

    // Then they are nearly full; a leak of two kilobytes a message would be more.
    private const long MaxLateGrowth = 10 << 20;

    // What pools may keep. One message in ten whose bytes are not given back would be more.
    private const long MaxLargeGrowth = 64 << 20;

    private static readonly TimeSpan _generous = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Messages_TenThousandHostile_AreAnsweredWithTheirOwnStatus()
    {
        var valid = await ValidMessages.CreateAsync(host.Channel);
        await FillPromptCacheAsync();
        var faults = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<string, int>();
        HeapSize afterFirst = default, afterHalf = default;
        for (var thousand = 0; thousand < Messages / Thousand; thousand++)
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(thousand * Thousand, Thousand),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (i, _) =>
                {
                    var (status, fault) = await SendAsync(valid, i);
                    statuses.AddOrUpdate(status, 1, static (_, count) => count + 1);
                    if (fault is not null)
                        faults.Enqueue(string.Create(CultureInfo.InvariantCulture, $"seed {Seed + i}: {fault}"));
                });
            if (thousand == 0)
                afterFirst = HeapSize.Now();
            if (thousand + 1 == Messages / Thousand / 2)
                afterHalf = HeapSize.Now();
        }

        var end = HeapSize.Now();
        var (growth, lateGrowth) = (end - afterFirst, end - afterHalf);
        var counts = statuses.OrderBy(static status => status.Key).Select(static status => $"{status.Key} {status.Value}");
        output.WriteLine(string.Join(", ", counts));
        output.WriteLine($"memory grew by {growth}, of which in the second half {lateGrowth}");
        Assert.True(faults.IsEmpty, $"{faults.Count} faults:\n{string.Join("\n", faults.Take(10))}");
        Assert.Equal(Messages, statuses.Values.Sum());
        Assert.InRange(statuses.GetValueOrDefault(nameof(StatusCode.OK)), Messages / 10, Messages / 2);
        Assert.InRange(statuses.GetValueOrDefault(nameof(StatusCode.InvalidArgument)), Messages / 2, Messages);
        Assert.InRange(growth.Small, long.MinValue, MaxSmallGrowth);
        Assert.InRange(lateGrowth.Small, long.MinValue, MaxLateGrowth);
        Assert.InRange(growth.Large, long.MinValue, MaxLargeGrowth);
        await AssertMakesPictureAsync();
    }

    private async Task<(string Status, string? Fault)> SendAsync(ValidMessages valid, int i)
    {
        var random = new Random(Seed + i);
        var (method, good) = valid.Pick(random);
        var bytes = HostileBytes.Create(method.InputType, good, random);
        var hurried = random.Next(50) == 0;
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + (hurried ? TimeSpan.FromMilliseconds(random.Next(-1, 5)) : _generous);
        try
        {
            await RawCall.SendAsync(host.Channel.CreateCallInvoker(), method, bytes, deadline);
            return (nameof(StatusCode.OK), Parses(method.InputType, bytes) is null ? null : Shown("took what is no message"));
        }
        catch (RpcException e)
        {
            var fault = Fault(e, method.InputType, bytes, hurried);
            return (e.StatusCode.ToString(), fault is null ? null : Shown($"{fault}: {e.Status}"));
        }

        string Shown(string what) => $"{method.Name} {what}; message {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 300)))}";
    }

    // What is wrong with an answer, if anything is.
    private static string? Fault(RpcException answer, MessageDescriptor type, byte[] message, bool hurried)
    {
        if (hurried && answer.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Cancelled)
            return null;
        if (message.Length > FuzzHost.MaxMessageBytes)
            return answer.StatusCode == StatusCode.ResourceExhausted ? null : "too long a message is not refused for that";
        if (Parses(type, message) is not null)
        {
            var said = $"the message is no {type.Name}: ";
            var detail = answer.Status.Detail;
            var named = detail.StartsWith(said, StringComparison.Ordinal) && detail.Length > said.Length;
            return answer.StatusCode == StatusCode.InvalidArgument && named ? null : "what is no message is not called so";
        }

        return answer.StatusCode switch
        {
            // A reference that says other bytes than are stored: which of the two is wrong cannot be told.
            StatusCode.DataLoss =>
                Encoding.Latin1.GetString(message).Contains("bases/", StringComparison.Ordinal)
                    ? null
                    : "nothing was stored under that name",
            StatusCode.InvalidArgument =>
                answer.GetRpcStatus()?.GetDetail<BadRequest>() is { FieldViolations.Count: > 0 } ? null : "no violations",
            StatusCode.NotFound or StatusCode.ResourceExhausted => answer.Status.Detail.Length > 0 ? null : "says nothing",
            _ => "not a status of bad input",
        };
    }

    private static string? Parses(MessageDescriptor type, byte[] message)
    {
        try
        {
            type.Parser.ParseFrom(message);
            return null;
        }
        catch (InvalidProtocolBufferException e)
        {
            return e.Message;
        }
    }

    // It holds 64 MiB and grows with every new text until then, which would hide a leak.
    private async Task FillPromptCacheAsync()
    {
        const int texts = 256;
        var client = new Aigc.Contracts.Inference.V1.Inference.InferenceClient(host.Channel);
        for (var call = 0; call < PromptCacheTexts / texts; call++)
        {
            var request = new UnderstandRequest();
            for (var i = 0; i < texts; i++)
                request.Texts.Add(string.Create(CultureInfo.InvariantCulture, $"picture {(call * texts) + i}"));
            await client.UnderstandAsync(request);
        }
    }

    private async Task AssertMakesPictureAsync()
    {
        var client = new ImageGenerator.ImageGeneratorClient(host.Channel);
        var answer = await client.GenerateImageAsync(new GenerateImageRequest { Prompt = "a red circle", Width = 64, Height = 64 });
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(answer.ImageData.Span[..8]));
        Assert.True(answer.ImageData.Length > 1000);
    }
}
