using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api.Models;

/// <summary>What the loaded model can do.</summary>
public static class ModelApi
{
    // Hosts that do not answer are waited for by jobs, and not by whoever wants to fill in a form.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <c>GET /api/model</c>: 200 with what <see cref="ModelAnswer"/> has; 503 and <c>Retry-After</c> where no host says within 5 seconds.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="stages">Knows the model.</param>
    public static Task<IActionResult> GetAsync(HttpRequest request, IStageExecutor stages) => Guard.RunAsync(
        request,
        async cancellationToken =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping.Of(request));
            limit.CancelAfter(_limit);
            try
            {
                var model = await stages.DescribeAsync(limit.Token).ConfigureAwait(false);
                return Answers.Json(200, JsonSerializer.Serialize(ModelAnswer.Of(model), JsonSerializerOptions.Web), request);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new FaultException(FaultKind.Unavailable, "no host has said yet what its model can do: ask again", e);
            }
        });
}
