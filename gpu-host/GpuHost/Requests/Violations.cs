namespace Aigc.GpuHost.Requests;

/// <summary>What is wrong with a request, by field.</summary>
internal sealed class Violations
{
    // A hostile request may have a fault in each of thousands of fields; nobody reads more than this.
    private const int Most = 100;

    private readonly List<(string Field, string Description)> _all = [];

    public void Add(string field, string description)
    {
        if (_all.Count < Most)
            _all.Add((field, description));
    }

    /// <exception cref="InvalidRequestException">There is one at least.</exception>
    public void ThrowIfAny()
    {
        if (_all.Count > 0)
            throw new InvalidRequestException(_all);
    }
}
