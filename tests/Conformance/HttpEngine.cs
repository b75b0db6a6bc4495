using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Conformance;

/// <summary>An engine behind the native HTTP routes, so that the suite can be run against a host of them.</summary>
/// <param name="client">With the host's address as its base.</param>
/// <param name="watchPeriod">How often a watched job is looked at.</param>
public sealed class HttpEngine(HttpClient client, TimeSpan watchPeriod) : IKeyedEngine
{
    private const string Route = "api/generations";

    /// <inheritdoc/>
    public async Task<JobStatus> StartAsync(GenerationJob job, CancellationToken cancellationToken = default) =>
        (await StartAsync(job, key: null, cancellationToken)).Status;

    /// <inheritdoc/>
    /// <remarks>Always says that the job was accepted just now: the routes do not tell.</remarks>
    public async Task<(JobStatus Status, bool Created)> StartAsync(GenerationJob job, string? key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = JsonContent.Create(Body(job)) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, cancellationToken);
        await ThrowIfProblemAsync(answer, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.OK)
            return (await StatusAsync(answer, cancellationToken), true);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        var id = (await JsonAsync(answer, cancellationToken)).GetProperty("id").GetString()!;
        Assert.EndsWith($"/{Route}/{id}", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var status = await client.GetAsync(answer.Headers.Location, cancellationToken);
        await ThrowIfProblemAsync(status, cancellationToken);
        return (await StatusAsync(status, cancellationToken), true);
    }

    /// <inheritdoc/>
    public async Task<JobStatus?> GetStatusAsync(string id, CancellationToken cancellationToken = default)
    {
        using var answer = await client.GetAsync(Of(id), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        await ThrowIfProblemAsync(answer, cancellationToken);
        return await StatusAsync(answer, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobStatus> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? last = null;
        while (true)
        {
            using var answer = await client.GetAsync(Of(id), cancellationToken);
            await ThrowIfProblemAsync(answer, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            var status = JsonSerializer.Deserialize(text, PipelineJson.Default.JobStatus)!;
            if (text != last)
                yield return status;
            if (status.Ended)
                yield break;
            last = text;
            await Task.Delay(watchPeriod, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default)
    {
        using var answer = await client.PostAsync(new Uri($"{Of(id)}/cancel", UriKind.Relative), content: null, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Conflict && await CodeAsync(answer, cancellationToken) == "ended")
            return false;
        await ThrowIfProblemAsync(answer, cancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return true;
    }

    /// <inheritdoc/>
    public async Task<JobPage> ListAsync(
        JobState? state = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default)
    {
        var query = $"?limit={limit}{(state is null ? "" : $"&state={state.Value.ToString().ToLowerInvariant()}")}";
        var page = new Uri($"{Route}{query}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", UriKind.Relative);
        using var answer = await client.GetAsync(page, cancellationToken);
        await ThrowIfProblemAsync(answer, cancellationToken);
        var json = await JsonAsync(answer, cancellationToken);
        var jobs = json.GetProperty("generations").EnumerateArray().Select(job => job.Deserialize(PipelineJson.Default.JobStatus)!);
        return new JobPage([.. jobs], json.TryGetProperty("next", out var next) ? next.GetString() : null);
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        using var answer = await client.DeleteAsync(Of(id), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Conflict && await CodeAsync(answer, cancellationToken) == "running")
            return false;
        await ThrowIfProblemAsync(answer, cancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return true;
    }

    private static Uri Of(string id) => new($"{Route}/{Uri.EscapeDataString(id)}", UriKind.Relative);

    private static Dictionary<string, object> Body(GenerationJob job)
    {
        if (job is not { Requests: [var request], Labels: null })
            throw new NotSupportedException("a body holds one request, and no labels");
        return new Dictionary<string, object?>
        {
            ["prompt"] = request.Prompt,
            ["negativePrompt"] = request.NegativePrompt,
            ["n"] = request.Count,
            ["width"] = request.Width,
            ["height"] = request.Height,
            ["steps"] = request.Steps,
            ["guidance"] = request.Guidance,
            ["seed"] = request.Seed,
            ["scheduler"] = request.Scheduler,
            ["enhance"] = request.Enhance,
            ["image"] = request.Image?.ToString(),
            ["strength"] = request.Strength,
            ["format"] = request.Format,
            ["quality"] = request.Quality,
            ["plan"] = job.Plan,
            ["degrade"] = job.Degrade,
        }.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!);
    }

    private static async Task<JobStatus> StatusAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(cancellationToken), PipelineJson.Default.JobStatus)!;

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        JsonElement.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));

    private static async Task<string?> CodeAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        (await JsonAsync(answer, cancellationToken)).GetProperty("title").GetString();

    private static async Task ThrowIfProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await JsonAsync(answer, cancellationToken);
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        var detail = problem.GetProperty("detail").GetString()!;
        throw problem.GetProperty("title").GetString() switch
        {
            "idempotency_conflict" => new IdempotencyConflictException(),
            "bad_request" => new FaultException(FaultKind.BadRequest, detail),
            "not_found" => new FaultException(FaultKind.NotFound, detail),
            "overloaded" => new FaultException(FaultKind.Overloaded, detail, retryAfter: answer.Headers.RetryAfter?.Delta),
            "unavailable" => new FaultException(FaultKind.Unavailable, detail, retryAfter: answer.Headers.RetryAfter?.Delta),
            "deadline_exceeded" => new FaultException(FaultKind.DeadlineExceeded, detail),
            "cancelled" => new FaultException(FaultKind.Cancelled, detail),
            "data_loss" => new FaultException(FaultKind.DataLoss, detail),
            "out_of_space" => new FaultException(FaultKind.OutOfSpace, detail),
            "bad_model" => new FaultException(FaultKind.BadModel, detail),
            "internal" => new FaultException(FaultKind.Internal, detail),
            var code => new InvalidOperationException($"a problem of unknown code '{code}': {detail}"),
        };
    }
}
