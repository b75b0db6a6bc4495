using Microsoft.Extensions.Logging;

namespace Aigc.Functions.Configuration;

/// <summary>What is logged of where the gpu-hosts are learned.</summary>
internal static partial class HostsLog
{
    [LoggerMessage(EventId = 41, Level = LogLevel.Warning, Message = "Gpu-hosts: {What}")]
    public static partial void Changed(ILogger logger, string what);
}
