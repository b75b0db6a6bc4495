namespace Aigc.Api.OpenAi;

/// <summary>The stable codes of refused requests, OpenAI's own where it has one.</summary>
internal static class FaultCodes
{
    /// <summary>A parameter that no release of the API has.</summary>
    public const string UnknownParameter = "unknown_parameter";

    /// <summary>A parameter, or a value of it, that the API has and this service would not honour.</summary>
    public const string UnsupportedParameter = "unsupported_parameter";

    /// <summary>A required parameter that is not given.</summary>
    public const string MissingParameter = "missing_required_parameter";

    /// <summary>A value of another type.</summary>
    public const string InvalidType = "invalid_type";

    /// <summary>A value of the right type that is out of range or not among those known.</summary>
    public const string InvalidValue = "invalid_value";

    /// <summary>A body that cannot be read at all.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>A model that is not loaded.</summary>
    public const string ModelNotFound = "model_not_found";

    /// <summary>A path that is not served.</summary>
    public const string UnknownUrl = "unknown_url";

    /// <summary>A path that is served, but not for this method.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>An idempotency key that another request was sent with.</summary>
    public const string IdempotencyConflict = "idempotency_conflict";

    /// <summary>Too many requests at once.</summary>
    public const string RateLimitExceeded = "rate_limit_exceeded";
}
