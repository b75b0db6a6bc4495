using System.ComponentModel.DataAnnotations;
using Aigc.Artifacts;

namespace Aigc.GpuHost.Configuration;

/// <summary>Reads the host's configuration and finds every fault of it before anything starts.</summary>
internal static class ConfigurationReader
{
    // What the framework reads from the same sources under names of its own.
    private static readonly HashSet<string> _foreign = new(StringComparer.OrdinalIgnoreCase)
    {
        "Logging", "AllowedHosts", "Kestrel", "urls", "environment", "contentRoot", "applicationName",
    };

    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/> with every fault in its message.</exception>
    public static GpuHostOptions Read(IConfiguration configuration, IEnumerable<string> arguments)
    {
        var faults = UnknownArguments(arguments).ToList();
        var options = new GpuHostOptions();
        foreach (var property in typeof(GpuHostOptions).GetProperties())
        {
            var section = configuration.GetSection(property.Name);
            if (!section.Exists())
                continue;
            faults.AddRange(Unknown(section, property.PropertyType));
            // Binding a section would stop at its first value of the wrong kind.
            var misfits = Misfits(section, property.PropertyType).ToArray();
            faults.AddRange(misfits);
            if (misfits.Length == 0 && section.Get(property.PropertyType) is { } value)
                property.SetValue(options, value);
        }

        faults.AddRange(Invalid(options, ""));
        foreach (var property in typeof(GpuHostOptions).GetProperties().Where(static p => !p.PropertyType.IsValueType))
            faults.AddRange(Invalid(property.GetValue(options)!, property.Name + ":"));
        return faults.Count == 0 ? options : throw new FaultException(FaultKind.BadRequest, "configuration: " + string.Join("; ", faults));
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Type type) => section.GetChildren()
        .Where(child => !type.GetProperties().Any(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
        .Select(child => $"{child.Path} is unknown; known: {string.Join(", ", type.GetProperties().Where(static p => p.CanWrite).Select(static p => p.Name))}");

    private static IEnumerable<string> Misfits(IConfigurationSection section, Type type)
    {
        if (section.Value is null)
            return type.GetProperties().SelectMany(property => Misfits(section.GetSection(property.Name), property.PropertyType));
        try
        {
            section.Get(type);
            return [];
        }
        catch (InvalidOperationException)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            var wanted = type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
                : type == typeof(bool) ? "true or false"
                : type.IsPrimitive ? "a number of its kind"
                : $"a {type.Name}";
            return [$"{section.Path} '{section.Value}' is not {wanted}"];
        }
    }

    private static IEnumerable<string> Invalid(object options, string prefix)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{prefix}{string.Join(",", result.MemberNames)}: {result.ErrorMessage}");
    }

    // A misspelt one would otherwise be passed over, and with it what it was to set.
    private static IEnumerable<string> UnknownArguments(IEnumerable<string> arguments)
    {
        var known = typeof(GpuHostOptions).GetProperties().Select(static property => property.Name).Concat(_foreign).ToArray();
        var isValue = false;
        foreach (var argument in arguments)
        {
            if (isValue)
            {
                isValue = false;
                continue;
            }

            var named = argument.StartsWith("--", StringComparison.Ordinal);
            if (!named || !known.Contains(argument[2..].Split('=', ':')[0], StringComparer.OrdinalIgnoreCase))
                yield return $"argument '{argument}' names no setting: sections are {string.Join(", ", known.Except(_foreign))}, as in --Listen:GrpcPort 5001";
            isValue = named && !argument.Contains('=', StringComparison.Ordinal);
        }
    }
}
