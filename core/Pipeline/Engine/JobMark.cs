using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Aigc.Artifacts;

namespace Aigc.Pipeline.Engine;

/// <summary>A place in the list of jobs: right after this one. Its text is opaque to callers, and holds after a restart.</summary>
/// <param name="At">When the job was made, by the clock that the list is ordered by.</param>
/// <param name="Id">The job's id.</param>
public sealed record JobMark(DateTimeOffset At, string Id)
{
    private const int MaxLength = 400;

    /// <summary>Reads what <see cref="ToString"/> wrote; null for null.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: no list gave this text.</exception>
    public static JobMark? Parse(string? text)
    {
        if (text is null)
            return null;
        if (text.Length <= MaxLength && Base64Url.IsValid(text)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('.', 3) is ["v1", var ticks, { Length: > 0 } id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks)
            return new JobMark(new DateTimeOffset(at, TimeSpan.Zero), id);
        throw new FaultException(FaultKind.BadRequest, "after is not a place that a list of jobs gave: pass on its 'next' as it was");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"v1.{At.UtcTicks}.{Id}")));
}
