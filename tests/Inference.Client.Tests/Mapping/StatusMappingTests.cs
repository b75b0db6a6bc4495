using Aigc.Inference.Client.Mapping;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests.Mapping;

public sealed class StatusMappingTests
{
    [Theory]
    [InlineData("1500", 1.5)]
    [InlineData("9223372036854775807", 86_400)]
    public void RetryAfter_Trailer_IsADayAtMost(string ms, double seconds)
    {
        var trailers = new Metadata { { "grpc-retry-pushback-ms", ms } };
        var e = new RpcException(new Grpc.Core.Status(StatusCode.ResourceExhausted, "full"), trailers);
        Assert.Equal(TimeSpan.FromSeconds(seconds), StatusMapping.RetryAfter(e));
    }

    [Theory]
    [InlineData(1, 500_000_000, 1.5)]
    [InlineData(315_576_000_000, 0, 86_400)]
    [InlineData(long.MaxValue, 0, 86_400)]
    [InlineData(0, int.MaxValue, 2.147_483_647)]
    public void RetryAfter_RetryInfo_IsADayAtMostWhateverItsNumbers(long seconds, int nanos, double expected)
    {
        var info = new RetryInfo { RetryDelay = new Duration { Seconds = seconds, Nanos = nanos } };
        var e = new Google.Rpc.Status { Code = (int)StatusCode.ResourceExhausted, Details = { Any.Pack(info) } }.ToRpcException();
        Assert.Equal(expected, StatusMapping.RetryAfter(e)!.Value.TotalSeconds, 1e-6);
    }

    [Fact]
    public void RetryAfter_RetryInfoBelowZero_SaysThatNoneHasAChance()
    {
        var info = new RetryInfo { RetryDelay = new Duration { Seconds = long.MinValue } };
        var e = new Google.Rpc.Status { Code = (int)StatusCode.ResourceExhausted, Details = { Any.Pack(info) } }.ToRpcException();
        Assert.True(StatusMapping.RetryAfter(e) < TimeSpan.Zero);
    }
}
