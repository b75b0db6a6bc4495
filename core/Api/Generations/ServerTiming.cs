using System.Globalization;
using Aigc.Pipeline.Ledger;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.Generations;

/// <summary>A job's ledger as a <c>Server-Timing</c> header, which browsers draw beside the request.</summary>
internal static class ServerTiming
{
    private const string Header = "Server-Timing";

    /// <summary>Sets the header, where the job has a ledger.</summary>
    public static void Set(HttpResponse response, TimeLedger? ledger)
    {
        if (ledger is not null)
            response.Headers[Header] = Of(ledger);
    }

    public static string Of(TimeLedger ledger)
    {
        (string Name, double Ms)[] parts =
        [
            ("queue", ledger.QueueMs), ("load", ledger.LoadMs), ("understand", ledger.UnderstandMs), ("prepare", ledger.PrepareMs),
            ("generate", ledger.GenerateMs), ("enhance", ledger.EnhanceMs), ("encode", ledger.EncodeMs), ("store", ledger.StoreMs),
            ("overhead", ledger.OverheadMs), ("total", ledger.TotalMs),
        ];
        return string.Join(", ", parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name};dur={part.Ms:0.###}")));
    }
}
