using System.Text;
using Aigc.GpuHost.Faults;

namespace Aigc.GpuHost.Requests;

/// <summary>What is wrong with a request, by field.</summary>
internal sealed class Violations
{
    // A hostile request may have a fault in each of thousands of fields, and a status travels in headers, of which many callers take
    // 8 KiB: what is told has to fit there twice, once as the message and once by field.
    private const int MaxBytes = 2000;
    private const int MaxDescriptionBytes = 400;

    private readonly List<(string Field, string Description)> _all = [];
    private int _bytes;

    public void Add(string field, string description)
    {
        if (_bytes > MaxBytes)
            return;
        description = HeaderText.Fit(description, MaxDescriptionBytes);
        _bytes += Encoding.UTF8.GetByteCount(field) + Encoding.UTF8.GetByteCount(description);
        _all.Add(_bytes > MaxBytes ? ("", "there are more faults than are told here: mend these first") : (field, description));
    }

    /// <exception cref="InvalidRequestException">There is one at least.</exception>
    public void ThrowIfAny()
    {
        if (_all.Count > 0)
            throw new InvalidRequestException(_all);
    }
}
