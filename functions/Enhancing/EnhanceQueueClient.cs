using Aigc.Artifacts;
using Aigc.Functions.Orchestration;
using Aigc.Pipeline.Enhancing;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Aigc.Functions.Enhancing;

/// <summary>An Azure Storage queue of enhancements, and beside it the one for messages that nobody can carry out.</summary>
/// <remarks>Both are made when first sent to. Messages are base64, as the Functions host reads them unless it is told otherwise.</remarks>
public sealed class EnhanceQueueClient : IEnhanceSender
{
    /// <summary>What the second queue's name ends with, as the Functions host has it.</summary>
    public const string PoisonSuffix = "-poison";

    // A message is of no use to anybody once its job has given up waiting for it.
    private static readonly TimeSpan _life = RetryRules.LongestOutage;

    // As long as Azure keeps a message of which nothing is said.
    private static readonly TimeSpan _poisonLife = TimeSpan.FromDays(7);

    private readonly QueueClient _queue;
    private readonly QueueClient _poison;

    /// <param name="service">The account's queues; their messages must be base64.</param>
    /// <param name="name">The queue's name.</param>
    public EnhanceQueueClient(QueueServiceClient service, string name)
    {
        ArgumentNullException.ThrowIfNull(service);
        (_queue, _poison) = (service.GetQueueClient(name), service.GetQueueClient(name + PoisonSuffix));
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(EnhanceWork work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        await SendAsync(_queue, work.ToText(), _life, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a message where it is kept for people to look at: nobody takes it from there.</summary>
    /// <param name="text">The message, whatever it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the queue cannot be reached now.</exception>
    public Task SetAsideAsync(string text, CancellationToken cancellationToken) => SendAsync(_poison, text, _poisonLife, cancellationToken);

    private static async Task SendAsync(QueueClient queue, string text, TimeSpan life, CancellationToken cancellationToken)
    {
        try
        {
            try
            {
                await queue.SendMessageAsync(text, timeToLive: life, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (e.ErrorCode == QueueErrorCode.QueueNotFound)
            {
                await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                await queue.SendMessageAsync(text, timeToLive: life, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or Azure.Identity.AuthenticationFailedException)
        {
            throw new FaultException(FaultKind.Unavailable, $"the queue '{queue.Name}' cannot be written now ({e.GetType().Name})", e);
        }
    }
}
