using System.Net.Sockets;
using Aigc.Artifacts;
using Aigc.Inference.Chain.Faults;
using Aigc.Inference.Faults;

namespace Aigc.GpuHost;

/// <summary>The program: reads its configuration, serves until it is told to end, and drains.</summary>
internal static class HostProgram
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int BadArguments = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var app = HostBuilder.Build(args);
            await using (app.ConfigureAwait(false))
                await app.RunAsync().ConfigureAwait(false);
            return Done;
        }
        catch (InferenceException e)
        {
            return await SayAsync(e.ToFault()).ConfigureAwait(false);
        }
        catch (FaultException e)
        {
            return await SayAsync(e).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Kestrel's word for a port that is taken, and the system's own for an address or a port that this host may not have.
            return await SayAsync(new FaultException(
                FaultKind.Unavailable, $"{e.Message.TrimEnd('.')}: choose another address or other ports, as in --Listen:GrpcPort 5002", e)).ConfigureAwait(false);
        }
    }

    private static async Task<int> SayAsync(FaultException fault)
    {
        await Console.Error.WriteLineAsync($"error: {fault.Message}").ConfigureAwait(false);
        return fault.Kind == FaultKind.BadRequest ? BadArguments : Failed;
    }
}
