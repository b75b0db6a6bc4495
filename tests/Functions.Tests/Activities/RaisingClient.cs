using System.Threading.Channels;
using Aigc.Functions.Messages;

namespace Aigc.Functions.Tests.Activities;

/// <summary>A client that only raises events, and keeps them.</summary>
internal sealed class RaisingClient() : IdleClient("raising")
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly Channel<ProgressMessage> _raised = Channel.CreateUnbounded<ProgressMessage>();

    /// <summary>What raising an event waits for, or throws.</summary>
    public Func<CancellationToken, Task> Raising { get; set; } = _ => Task.CompletedTask;

    /// <summary>The next event, in order.</summary>
    public Task<ProgressMessage> NextAsync() => _raised.Reader.ReadAsync().AsTask().WaitAsync(_limit);

    /// <summary>The events that nobody has taken.</summary>
    public int Left => _raised.Reader.Count;

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Assert.Equal(("job", "progress"), (instanceId, eventName));
        _raised.Writer.TryWrite((ProgressMessage)eventPayload!);
        return Raising(cancellation);
    }
}
