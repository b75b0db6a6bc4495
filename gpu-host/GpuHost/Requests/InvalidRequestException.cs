namespace Aigc.GpuHost.Requests;

/// <summary>A request with faults, all of them.</summary>
/// <param name="violations">Each field, as in <c>pictures[2].width</c>, and what is wrong with it.</param>
internal sealed class InvalidRequestException(IReadOnlyList<(string Field, string Description)> violations)
    : Exception(string.Join("; ", violations.Select(static violation => $"{violation.Field}: {violation.Description}")))
{
    public IReadOnlyList<(string Field, string Description)> Violations => violations;
}
