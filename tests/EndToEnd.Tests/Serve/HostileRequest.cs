using System.Text;

namespace Aigc.EndToEnd.Tests.Serve;

/// <summary>One of <see cref="HostileRequests"/>.</summary>
/// <param name="Bytes">What goes over the connection.</param>
/// <param name="IsWhole">Whether a server may take it for a whole request, and answer.</param>
internal sealed record HostileRequest(byte[] Bytes, bool IsWhole)
{
    public override string ToString() => Encoding.Latin1.GetString(Bytes)[..Math.Min(Bytes.Length, 1000)];
}
