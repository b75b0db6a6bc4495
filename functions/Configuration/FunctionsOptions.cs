using System.ComponentModel.DataAnnotations;

namespace Aigc.Functions.Configuration;

/// <summary>The app's settings, in the section <c>Aigc</c>: as in <c>Aigc__GpuHosts__0</c>.</summary>
public sealed class FunctionsOptions
{
    /// <summary>The gpu-hosts' addresses, as in <c>http://127.0.0.1:5001</c>.</summary>
    [Required, MinLength(1)]
    public IList<Uri> GpuHosts { get; } = [];

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
}
