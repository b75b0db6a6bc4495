using Aigc.Functions.Enhancing;
using Aigc.TestKit;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Aigc.Functions.Tests.Enhancing;

/// <summary>A queue of its own on a real Azurite, and the one beside it for what nobody can carry out.</summary>
internal sealed class TestQueue
{
    // Long past any real wait.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    // The shortest that the service takes.
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);

    public TestQueue(AzuriteFixture azurite)
    {
        var service = new QueueServiceClient(
            azurite.ConnectionString, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var name = $"enhance-{Guid.NewGuid():n}";
        (Queue, Poison) = (service.GetQueueClient(name), service.GetQueueClient(name + EnhanceQueueClient.PoisonSuffix));
        Client = new EnhanceQueueClient(service, name);
    }

    public QueueClient Queue { get; }

    public QueueClient Poison { get; }

    public EnhanceQueueClient Client { get; }

    /// <summary>Takes the next message, asking until there is one. It is nobody else's for a second.</summary>
    public async Task<QueueMessage> TakeAsync()
    {
        using var limit = new CancellationTokenSource(_limit);
        while (true)
        {
            if (await Queue.ExistsAsync(limit.Token) && (await Queue.ReceiveMessageAsync(_shortest, limit.Token)).Value is { } message)
                return message;
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    /// <summary>Takes a message and gives it back at once, as a host does whose worker failed.</summary>
    public async Task FailAsync()
    {
        var message = await TakeAsync();
        await Queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero);
    }

    /// <summary>Carries a message out and deletes it, as a host does.</summary>
    public async Task WorkAsync(AppHost host, QueueMessage message)
    {
        await host.Worker.WorkAsync(message.Body.ToString(), message.DequeueCount, host.Durable.Client, default);
        await Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
    }

    /// <summary>What is in a queue, in order of its texts, once it holds as many messages.</summary>
    public static async Task<string[]> UntilAsync(QueueClient queue, int count)
    {
        using var limit = new CancellationTokenSource(_limit);
        while (true)
        {
            if (await TextsAsync(queue) is { } texts && texts.Length >= count)
                return [.. texts.Order(StringComparer.Ordinal)];
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    /// <summary>What is in a queue, seen or not.</summary>
    public static async Task<string[]> TextsAsync(QueueClient queue) => await queue.ExistsAsync()
        ? [.. (await queue.PeekMessagesAsync(32)).Value.Select(message => message.Body.ToString())]
        : [];

    /// <summary>How many messages a queue holds, those that somebody has taken among them.</summary>
    public static async Task<int> CountAsync(QueueClient queue) => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount;
}
