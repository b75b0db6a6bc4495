using System.Threading.Channels;

namespace Aigc.Pipeline.Enhancing;

/// <summary>
/// A queue in this process, oldest first. What is in it is lost with the process: its owner knows from a journal what to put in again.
/// </summary>
internal sealed class LocalEnhanceQueue : IEnhanceSender, IAsyncDisposable
{
    private readonly Channel<EnhanceWork> _channel;
    private readonly Task _taking;

    /// <summary>Opens the queue, and takes from it until it is disposed of.</summary>
    /// <param name="length">How many wait in it at most; whoever sends more waits for room. 1 or more.</param>
    /// <param name="atOnce">How many are taken at once. 1 or more.</param>
    /// <param name="take">Carries one out. It must not throw.</param>
    public LocalEnhanceQueue(int length, int atOnce, Func<EnhanceWork, Task> take)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(atOnce, 1);
        _channel = Channel.CreateBounded<EnhanceWork>(length);
        _taking = Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => TakeAsync(take)));
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(EnhanceWork work, CancellationToken cancellationToken) =>
        _channel.Writer.WriteAsync(work, cancellationToken);

    /// <summary>Takes no more, and waits for those that are being carried out.</summary>
    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await _taking.ConfigureAwait(false);
    }

    private async Task TakeAsync(Func<EnhanceWork, Task> take)
    {
        await foreach (var work in _channel.Reader.ReadAllAsync().ConfigureAwait(false))
            await take(work).ConfigureAwait(false);
    }
}
