using StackExchange.Redis;

namespace Aigc.Caching;

/// <summary>What processes remember together, and for how long.</summary>
public sealed record SharedCacheOptions
{
    /// <summary>The Redis that processes share, as StackExchange.Redis reads it: <c>name:6380,password=...,ssl=True</c>.</summary>
    /// <value>The default is null: each process remembers for itself.</value>
    public string? Redis { get; init; }

    /// <summary>What the keys of these processes begin with, so that others can use the same Redis.</summary>
    /// <value>The default is <c>aigc:</c>.</value>
    public string KeyPrefix { get; init; } = "aigc:";

    /// <summary>How long Redis remembers.</summary>
    /// <value>The default is 15 minutes. A picture that a lifecycle rule of the store deletes may be taken for there that much longer.</value>
    public TimeSpan Life { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a process remembers by itself, where no word of a deletion elsewhere reaches it.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan LocalLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long Redis may take over an answer before the request goes on without it.</summary>
    /// <value>The default is 100 ms.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The largest entry, in bytes; a larger one is not remembered.</summary>
    /// <value>The default is 4096: a reference to an artifact.</value>
    public int MaxPayloadBytes { get; init; } = 4096;

    /// <summary>Whether a text can be read as <see cref="Redis"/>.</summary>
    /// <param name="text">The text; it may hold a password, which is why no message has it.</param>
    public static bool IsRedis(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
