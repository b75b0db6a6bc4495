using System.Globalization;
using System.Text.Json;

namespace Aigc.Api.OpenAi;

/// <summary>
/// Reads the parameters of one request, from JSON or a form, and notes every fault. A parameter that nobody has read by the end is one
/// that would not be honoured. Null is read as left out, as OpenAI has it.
/// </summary>
internal sealed class ParameterReader
{
    private const int MaxShownLength = 40;

    private readonly Dictionary<string, JsonElement> _left = new(StringComparer.Ordinal);
    private readonly List<ParameterFault> _faults = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly bool _form;

    private ParameterReader(bool form) => _form = form;

    /// <summary>The parameters that were read or refused by their names so far: all others are unknown.</summary>
    public IReadOnlySet<string> Asked => _asked;

    /// <summary>Of a JSON object.</summary>
    public static ParameterReader Of(JsonElement body)
    {
        var reader = new ParameterReader(form: false);
        foreach (var field in body.EnumerateObject())
            reader._left[field.Name] = field.Value.Clone();
        return reader;
    }

    /// <summary>Of a form, in which numbers are texts.</summary>
    public static ParameterReader Of(IEnumerable<KeyValuePair<string, string>> form)
    {
        var reader = new ParameterReader(form: true);
        foreach (var (name, value) in form)
        {
            if (!reader._left.TryAdd(name, JsonSerializer.SerializeToElement(value)))
                reader.Fault(FaultCodes.InvalidValue, name, "is given twice");
        }

        return reader;
    }

    public string? Text(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Fault(FaultCodes.InvalidType, name, "is no string");
        return null;
    }

    public bool? Flag(string name) => Value<bool>(name, "neither true nor false", value => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when _form => value.GetString() switch { "true" => true, "false" => false, _ => null },
        _ => null,
    });

    public long? Whole(string name, long low, long high)
    {
        var whole = Value<long>(name, "no integer of 64 bits", value => value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var number) => number,
            JsonValueKind.String when _form && long.TryParse(
                value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        });
        if (whole is null || (whole >= low && whole <= high))
            return whole;
        var range = string.Create(CultureInfo.InvariantCulture, $"is {whole}, which is not between {low} and {high}");
        Fault(FaultCodes.InvalidValue, name, range);
        return null;
    }

    public float? Number(string name) => Value<float>(name, "no number", value => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetSingle(out var number) && float.IsFinite(number) => number,
        JsonValueKind.String when _form && float.TryParse(
            value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number) => number,
        _ => null,
    });

    /// <summary>Reads one of some words.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="honoured">The words that are honoured.</param>
    /// <param name="known">Those that OpenAI has besides.</param>
    public string? Choice(string name, string[] honoured, params string[] known)
    {
        var word = Text(name);
        if (word is null || honoured.Contains(word))
            return word;
        var code = known.Contains(word) ? FaultCodes.UnsupportedParameter : FaultCodes.InvalidValue;
        Fault(code, name, $"is '{Shown(word)}': this service takes {string.Join(" or ", honoured)}");
        return null;
    }

    /// <summary>Reads a list of texts; in a form, one text with commas between them.</summary>
    public IReadOnlyList<string>? List(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (_form && value.ValueKind == JsonValueKind.String)
            return value.GetString()!.Split(',', StringSplitOptions.TrimEntries);
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(one => one.GetString()!)];
        Fault(FaultCodes.InvalidType, name, "is no list of strings");
        return null;
    }

    /// <summary>Refuses parameters that OpenAI has and that would not be honoured.</summary>
    public void Refuse(params string[] names)
    {
        foreach (var name in names.Where(name => Take(name) is not null))
            Fault(FaultCodes.UnsupportedParameter, name, "is not supported by this service: leave it out");
    }

    /// <summary>Adds a file of a form, which no parameter but the picture takes.</summary>
    public void AddFile(string name) => _left[name] = JsonSerializer.SerializeToElement("");

    /// <summary>Notes a fault of a parameter.</summary>
    /// <param name="code">One of <see cref="FaultCodes"/>.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="what">What is wrong with it, to follow its name.</param>
    public void Fault(string code, string name, string what) =>
        _faults.Add(new ParameterFault(code, name, $"Parameter '{Shown(name)}' {what}."));

    /// <summary>Whether a parameter is at fault already.</summary>
    public bool Faulty(string name) => _faults.Any(fault => fault.Param == name);

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ParameterException">There were faults, or parameters that nobody read.</exception>
    public void ThrowIfFaulty()
    {
        ParameterFault[] faults =
        [
            .. _faults,
            .. _left.Keys.Order(StringComparer.Ordinal).Select(
                static name => new ParameterFault(FaultCodes.UnknownParameter, name, $"Unknown parameter: '{Shown(name)}'.")),
        ];
        if (faults.Length > 0)
            throw new ParameterException(faults);
    }

    private JsonElement? Take(string name)
    {
        _asked.Add(name);
        return _left.Remove(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private T? Value<T>(string name, string otherwise, Func<JsonElement, T?> read)
        where T : struct
    {
        if (Take(name) is not { } value)
            return null;
        var result = read(value);
        if (result is null)
            Fault(FaultCodes.InvalidType, name, $"is {otherwise}");
        return result;
    }

    private static string Shown(string text) => Cut.To(MaxShownLength, text);
}
