using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aigc.Api.Tests;

/// <summary>All that is logged, as texts: messages, what they are made of, scopes and exceptions.</summary>
internal sealed class LogList : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _lines.Enqueue($"scope {Words(state)}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {formatter(state, exception)} {Words(state)} {exception}");

    public void Dispose()
    {
    }

    private static string Words<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> parts ? string.Join(' ', parts) : state?.ToString() ?? "";
}
