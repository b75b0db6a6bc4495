using System.ComponentModel.DataAnnotations;
using Aigc.Inference.Client.Resilience;

namespace Aigc.Functions.Configuration;

/// <summary>The app's settings, in the section <c>Aigc</c>: as in <c>Aigc__GpuHosts__0</c>.</summary>
public sealed class FunctionsOptions
{
    /// <summary>The gpu-hosts' addresses, as in <c>http://127.0.0.1:5001</c>.</summary>
    /// <value>The default is none: then <see cref="Hosts"/> says where they are.</value>
    public IList<Uri> GpuHosts { get; } = [];

    /// <summary>
    /// Where the gpu-hosts are, in place of <see cref="GpuHosts"/>: <c>dns:///name:port</c> or <c>file:PATH</c>, asked again every few
    /// seconds, or addresses parted by commas.
    /// </summary>
    /// <value>Null means <see cref="GpuHosts"/>.</value>
    public string? Hosts { get; set; }

    /// <summary>How a call's host is chosen: <c>round_robin</c>, <c>weighted</c>, <c>least_loaded</c> or <c>locality</c>.</summary>
    /// <value>The default is <c>least_loaded</c>, which is round robin while hosts do not tell their loads.</value>
    [Required]
    public string Balancing { get; set; } = "least_loaded";

    /// <summary>How messages of a kilobyte and more to and from hosts are compressed: <c>none</c>, <c>gzip</c> or <c>zstd</c>.</summary>
    /// <value>The default is <c>none</c>: it pays on links of some 100 Mbit/s, and not within a data centre.</value>
    [Required]
    public string Compression { get; set; } = "none";

    /// <summary>The model, by the name that the hosts know it by.</summary>
    /// <value>Null means the hosts' default.</value>
    public string? Model { get; set; }

    /// <summary>The artifact container's address, opened by the app's identity.</summary>
    /// <value>Null means <see cref="ContainerName"/> in the account of <c>AzureWebJobsStorage</c>, which is then a connection string.</value>
    public Uri? Container { get; set; }

    /// <summary>The container in the account of <c>AzureWebJobsStorage</c>.</summary>
    /// <value>The default is <c>artifacts</c>. The gpu-hosts use the same.</value>
    [Required]
    public string ContainerName { get; set; } = "artifacts";

    /// <summary>How long finished jobs are kept: their histories, and the artifacts of the jobs themselves. Pictures stay.</summary>
    /// <value>The default is 7 days. At least one minute.</value>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan KeepJobs { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The keys that callers present, by a name that tells them apart: <c>sha256:</c> and what <c>sha256sum</c> prints of a key.
    /// </summary>
    /// <value>The default is none: then requests of this machine alone are answered, and none at all outside a development environment.</value>
    public IDictionary<string, string> ApiKeys { get; } = new Dictionary<string, string>();

    /// <summary>Requests a minute of one key on one instance of the app.</summary>
    /// <value>The default is 600.</value>
    [Range(1, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Requests of one key at a time on one instance of the app, streams of events among them.</summary>
    /// <value>The default is 32.</value>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 32;

    /// <summary>
    /// The longest that an address opens to which a caller is sent for a picture, where <see cref="Container"/> is set: it is the store's
    /// own, signed by the app's identity, so that no picture passes through the app.
    /// </summary>
    /// <value>The default is 10 minutes, from 2 minutes to 1 hour. Zero: pictures pass through the app.</value>
    public TimeSpan LinkLife { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A Redis in which the app's instances remember together which pictures are made and how the last jobs ended, as in
    /// <c>name:6380,password=...,ssl=True</c>: asking again for one then costs no look at the store or the task hub. Slow, full or gone, it costs a request 0.1 s at most.
    /// </summary>
    /// <value>The default is null: the store is asked each time.</value>
    public string? Redis { get; set; }

    /// <summary>
    /// The queue, in the account of <c>AzureWebJobsStorage</c>, that enhancements of plan Split wait in; made when first used. What cannot
    /// be carried out is set aside in a second one, whose name ends with <c>-poison</c>.
    /// </summary>
    /// <value>
    /// The default is null: the job's own orchestration calls the host. 3 to 56 small letters, digits and single <c>-</c> between them.
    /// </value>
    public string? EnhanceQueue { get; set; }

    /// <summary>
    /// What stage calls to hosts bear, by their kind, as in <c>Aigc__Resilience__Run__Deadline=00:05:00</c>: deadlines, hedging, circuits
    /// of hosts, and how many calls there may be.
    /// </summary>
    /// <value>The default is that of each.</value>
    public ResilienceOptions Resilience { get; set; } = new();
}
