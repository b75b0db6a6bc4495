namespace Aigc.Api.OpenAi;

/// <summary>What is wrong with one parameter of a request.</summary>
/// <param name="Code">One of <see cref="FaultCodes"/>.</param>
/// <param name="Param">The parameter's name on the wire; null where no single one is at fault.</param>
/// <param name="Message">A sentence for people.</param>
internal sealed record ParameterFault(string Code, string? Param, string Message);
