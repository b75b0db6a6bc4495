using System.Text;
using System.Text.Json;
using Azure.Core;

namespace Aigc.Artifacts.Tests;

/// <summary>An identity's token with the claims that Azurite looks at; it checks no signature.</summary>
internal sealed class IdentityToken(string audience = "https://storage.azure.com") : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["aud"] = audience,
            ["iss"] = "https://sts.windows.net/11111111-1111-1111-1111-111111111111/",
            ["iat"] = now.AddHours(-1).ToUnixTimeSeconds(),
            ["nbf"] = now.AddHours(-1).ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
            ["oid"] = "22222222-2222-2222-2222-222222222222",
            ["tid"] = "11111111-1111-1111-1111-111111111111",
        };
        var token = $"{Part(new { alg = "RS256", typ = "JWT" })}.{Part(claims)}.{Part("unsigned")}";
        return new AccessToken(token, now.AddHours(1));
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));

    private static string Part<T>(T value) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
