using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Aigc.Artifacts.Tests;

/// <summary>Counts the requests that a client really sends, retries included.</summary>
internal sealed class RequestCounter : HttpPipelineSynchronousPolicy
{
    private readonly ConcurrentQueue<string> _sent = [];

    /// <summary>The methods sent since the last call, in order.</summary>
    public string[] Take()
    {
        string[] sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    public override void OnSendingRequest(HttpMessage message) => _sent.Enqueue(message.Request.Method.Method);
}
