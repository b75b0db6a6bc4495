using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Http;

/// <summary>The Durable management payload under its published names, whichever serializer writes it.</summary>
internal static class ManagementPayload
{
    public static IReadOnlyDictionary<string, string> Of(DurableTaskClient client, string id)
    {
        var payload = client.CreateHttpManagementPayload(id);
        return new Dictionary<string, string?>
        {
            ["statusQueryGetUri"] = payload.StatusQueryGetUri,
            ["sendEventPostUri"] = payload.SendEventPostUri,
            ["terminatePostUri"] = payload.TerminatePostUri,
            ["purgeHistoryDeleteUri"] = payload.PurgeHistoryDeleteUri,
            ["suspendPostUri"] = payload.SuspendPostUri,
            ["resumePostUri"] = payload.ResumePostUri,
        }.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);
    }
}
