using Aigc.Artifacts;

namespace Aigc.Standalone.Cli;

/// <summary>What the process tells whoever started it.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadArguments = 2;

    public static int Of(FaultKind kind) => kind == FaultKind.BadRequest ? BadArguments : Failed;
}
