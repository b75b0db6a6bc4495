using Azure;
using Azure.Storage.Queues.Models;

namespace Aigc.Functions.Tests.Enhancing;

/// <summary>Takes messages and has an app carry them out, as the Functions host does: what fails comes again, the rest is deleted.</summary>
internal sealed class QueuePump : IAsyncDisposable
{
    private static readonly TimeSpan _invisible = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _ended = new();
    private readonly TestQueue _queue;
    private readonly AppHost _host;
    private readonly Task _pumping;

    public QueuePump(TestQueue queue, AppHost host)
    {
        (_queue, _host) = (queue, host);
        _pumping = PumpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _pumping;
        _ended.Dispose();
    }

    private async Task PumpAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true)
            {
                foreach (var message in await ReceiveAsync())
                    carried.Add(CarryAsync(message));
                await Task.Delay(TimeSpan.FromMilliseconds(10), _ended.Token);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            await Task.WhenAll(carried);
        }
    }

    private async Task<QueueMessage[]> ReceiveAsync()
    {
        try
        {
            return (await _queue.Queue.ReceiveMessagesAsync(16, _invisible, _ended.Token)).Value;
        }
        catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
    }

    private async Task CarryAsync(QueueMessage message)
    {
        try
        {
            await _host.Worker.WorkAsync(message.Body.ToString(), message.DequeueCount, _host.Durable.Client, _ended.Token);
            await _queue.Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
        }
        catch (Exception) when (!_ended.IsCancellationRequested)
        {
            await _queue.Queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero);
        }
        catch (Exception) when (_ended.IsCancellationRequested)
        {
            // It comes again, to another.
        }
    }
}
