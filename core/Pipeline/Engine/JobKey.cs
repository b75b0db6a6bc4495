using System.Security.Cryptography;
using System.Text;

namespace Aigc.Pipeline.Engine;

/// <summary>A caller's idempotency key: it names the job that is started under it, so that there is one at most.</summary>
public static class JobKey
{
    /// <summary>The id of the job of a key.</summary>
    public static string IdOf(string key) => $"key-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]}";
}
