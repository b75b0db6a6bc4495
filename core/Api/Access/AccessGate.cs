using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.Access;

/// <summary>Lets requests through that present a key and stay within its limits; without keys, those of this machine alone.</summary>
public sealed class AccessGate : IAsyncDisposable
{
    private readonly AccessOptions _options;
    private readonly PartitionedRateLimiter<ApiKey> _rate;
    private readonly PartitionedRateLimiter<ApiKey> _concurrency;

    /// <summary>Creates a gate.</summary>
    /// <param name="options">Who may ask.</param>
    public AccessGate(AccessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _rate = PartitionedRateLimiter.Create<ApiKey, string>(key => RateLimitPartition.GetTokenBucketLimiter(
            key.Name,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.RequestsPerMinute,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / options.RequestsPerMinute,
            }));
        _concurrency = PartitionedRateLimiter.Create<ApiKey, string>(key => RateLimitPartition.GetConcurrencyLimiter(
            key.Name, _ => new ConcurrencyLimiterOptions { PermitLimit = options.Concurrency }));
    }

    /// <summary>Puts the gate before everything that is used after it, but for the named paths.</summary>
    /// <param name="app">The host.</param>
    /// <param name="open">Paths that need no key, as probes do.</param>
    public void Use(IApplicationBuilder app, params string[] open) => app.Use((context, next) =>
        _options.Keys.Count > 0 && open.Contains(context.Request.Path.Value) ? next(context) : PassAsync(context, next));

    /// <summary>Lets one request through, or refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What answers it, while it counts against its key's limits.</param>
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        if (_options.Keys.Count > 0)
            return PassKeyAsync(context, next);
        return _options.LocalNeedsNoKey
            ? PassLocalAsync(context, next)
            : Problems.WriteAsync(context, 403, "no_keys", "this service has no keys yet, and answers nobody without one: set some up");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _rate.DisposeAsync().ConfigureAwait(false);
        await _concurrency.DisposeAsync().ConfigureAwait(false);
    }

    // A page of any site can have a browser ask this machine: it then says the page's origin, or a name that was made to mean this machine.
    private static Task PassLocalAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (!IsLocal(request.Host.Host))
            return Problems.WriteAsync(context, 403, "not_local", "without keys only this machine is answered: ask for it as 127.0.0.1 or localhost");
        string? origin = request.Headers.Origin;
        return origin is null || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            ? next(context)
            : Problems.WriteAsync(context, 403, "other_origin", "a page of another origin asked: it is not answered without a key");
    }

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private async Task PassKeyAsync(HttpContext context, RequestDelegate next)
    {
        if (Find(Presented(context.Request)) is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.WriteAsync(
                context, 401, "invalid_api_key", "no known key is presented: send one as Authorization: Bearer KEY or x-api-key: KEY")
                .ConfigureAwait(false);
            return;
        }

        using var place = await _concurrency.AcquireAsync(key, 1, context.RequestAborted).ConfigureAwait(false);
        if (!place.IsAcquired)
        {
            await RefuseAsync(context, place, $"this key has {_options.Concurrency} requests under way, and may have no more").ConfigureAwait(false);
            return;
        }

        using var rate = await _rate.AcquireAsync(key, 1, context.RequestAborted).ConfigureAwait(false);
        if (rate.IsAcquired)
            await next(context).ConfigureAwait(false);
        else
            await RefuseAsync(context, rate, $"this key may send {_options.RequestsPerMinute} requests a minute, and has").ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext context, RateLimitLease lease, string detail)
    {
        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var hint) ? hint.TotalSeconds : 1;
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(after)).ToString(CultureInfo.InvariantCulture);
        return Problems.WriteAsync(context, 429, "rate_limit_exceeded", detail);
    }

    private static string? Presented(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        string? authorization = request.Headers.Authorization;
        return authorization?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true
            ? authorization[Bearer.Length..].Trim()
            : (string?)request.Headers["x-api-key"];
    }

    /// <summary>The key presented. Every key is compared to its end, so that the time taken tells nothing.</summary>
    private ApiKey? Find(string? presented)
    {
        if (presented is not { Length: > 0 and <= ApiKey.MaxLength })
            return null;
        var hash = ApiKey.HashOf(presented);
        ApiKey? found = null;
        foreach (var key in _options.Keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash.Span))
                found = key;
        }

        return found;
    }
}
