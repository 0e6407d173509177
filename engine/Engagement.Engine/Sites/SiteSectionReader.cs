using System.Globalization;
using System.Text.Json;

namespace Engagement.Engine.Sites;

/// <summary>
/// Reads one JSON object of a site file, and gathers what is wrong in it instead of stopping at the first: wrong types, values out of range,
/// unknown properties (with the nearest known name). Not thread-safe; cold.
/// </summary>
internal sealed class SiteSectionReader
{
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly string _file;
    private readonly List<SiteConfigError> _errors;
    private readonly List<string> _known = [];

    public SiteSectionReader(JsonElement element, string path, string file, List<SiteConfigError> errors)
    {
        _object = element;
        _path = path;
        _file = file;
        _errors = errors;
        if (element.ValueKind != JsonValueKind.Object) Error(path, $"is {Describe(element)}; allowed: an object");
    }

    public void Error(string path, string message) => _errors.Add(new SiteConfigError(_file, path, message));

    /// <summary>Names a property that is allowed here and carries no meaning, such as <c>$schema</c>.</summary>
    public void Allow(string name) => _known.Add(name);

    public bool Has(string name) => Find(name, out _);

    public string? Text(string name, int lengthMax = 256, bool required = false)
    {
        if (!Find(name, out var value))
        {
            if (required) Error(At(name), "is missing; allowed: text");
            return null;
        }
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : null;
        if (text is { Length: > 0 } && text.Length <= lengthMax) return text;
        Error(At(name), $"is {Describe(value)}; allowed: text of 1 to {lengthMax} characters");
        return null;
    }

    /// <summary>One of a closed set of words, each a member's name in camelCase.</summary>
    public T? Word<T>(string name, bool required = false) where T : struct, Enum
    {
        if (!Find(name, out var value))
        {
            if (required) Error(At(name), $"is missing; allowed: {Words<T>()}");
            return null;
        }
        if (value.ValueKind == JsonValueKind.String && TryWord<T>(value.GetString()!, out var word)) return word;
        Error(At(name), $"is {Describe(value)}; allowed: {Words<T>()}");
        return null;
    }

    public float? Share(string name)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number) && number is >= 0 and <= 1) return number;
        Error(At(name), $"is {Describe(value)}; allowed: a number from 0 to 1");
        return null;
    }

    public int? Whole(string name, int min, int max)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max) return number;
        Error(At(name), string.Create(CultureInfo.InvariantCulture, $"is {Describe(value)}; allowed: a whole number from {min} to {max}"));
        return null;
    }

    /// <summary>A duration such as <c>45s</c>, <c>5min</c>, <c>2h</c> or <c>7d</c>.</summary>
    public TimeSpan? Duration(string name, TimeSpan min, TimeSpan max)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String && TryDuration(value.GetString()!, out var duration) && duration >= min && duration <= max) return duration;
        Error(At(name), $"is {Describe(value)}; allowed: a duration from {Format(min)} to {Format(max)}, such as \"45s\", \"5min\", \"2h\" or \"7d\"");
        return null;
    }

    public SiteSectionReader? Section(string name) =>
        Find(name, out var value) ? new SiteSectionReader(value, At(name), _file, _errors) : null;

    /// <summary>Elements of a list with their paths; empty when absent.</summary>
    public List<(JsonElement Value, string Path)> Items(string name, int countMax = 1_000)
    {
        if (!Find(name, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > countMax)
        {
            Error(At(name), $"is {Describe(value)}; allowed: a list of at most {countMax}");
            return [];
        }
        return [.. value.EnumerateArray().Select((item, i) => (item, string.Create(CultureInfo.InvariantCulture, $"{At(name)}[{i}]")))];
    }

    public List<SiteSectionReader> Sections(string name, int countMax = 1_000) =>
        [.. Items(name, countMax).Select(item => new SiteSectionReader(item.Value, item.Path, _file, _errors))];

    public List<string> Texts(string name, int countMax = 1_000, int lengthMax = 512)
    {
        var texts = new List<string>();
        foreach (var (value, path) in Items(name, countMax))
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : null;
            if (text is { Length: > 0 } && text.Length <= lengthMax) texts.Add(text);
            else Error(path, $"is {Describe(value)}; allowed: text of 1 to {lengthMax} characters");
        }
        return texts;
    }

    public List<T> WordList<T>(string name) where T : struct, Enum
    {
        var words = new List<T>();
        foreach (var (value, path) in Items(name))
        {
            if (value.ValueKind == JsonValueKind.String && TryWord<T>(value.GetString()!, out var word)) words.Add(word);
            else Error(path, $"is {Describe(value)}; allowed: {Words<T>()}");
        }
        return words;
    }

    /// <summary>Any names with text values, such as copy by state and language.</summary>
    public Dictionary<string, string> TextMap(int lengthMax = 512)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_object.ValueKind != JsonValueKind.Object) return map;
        foreach (var property in _object.EnumerateObject())
        {
            _known.Add(property.Name);
            if (Text(property.Name, lengthMax) is { } text) map[property.Name] = text;
        }
        return map;
    }

    public string At(string name) => $"{_path}.{name}";

    /// <summary>To be called last: whatever was never asked for is unknown.</summary>
    public void Finish()
    {
        if (_object.ValueKind != JsonValueKind.Object) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in _object.EnumerateObject().Select(p => p.Name))
        {
            if (!seen.Add(name)) Error(At(name), "stands here twice; allowed: once");
            if (_known.Contains(name)) continue;
            var nearest = _known.Where(k => k[0] != '$').MinBy(known => Distance(name.ToLowerInvariant(), known.ToLowerInvariant()));
            Error(At(name), $"is not known; did you mean \"{nearest}\"? Allowed here: {string.Join(", ", _known.Distinct().Order(StringComparer.Ordinal))}");
        }
    }

    /// <summary>Reads <c>45s</c>, <c>5min</c>, <c>2h</c>, <c>7d</c>; false for anything else.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is 0 or > 7) return false;
        var number = int.Parse(text[..digits], CultureInfo.InvariantCulture);
        duration = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "min" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            "d" => TimeSpan.FromDays(number),
            _ => TimeSpan.MinValue,
        };
        return duration >= TimeSpan.Zero;
    }

    private bool Find(string name, out JsonElement value)
    {
        _known.Add(name);
        value = default;
        return _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out value);
    }

    private static bool TryWord<T>(string text, out T word) where T : struct, Enum
    {
        word = default;
        var name = Enum.GetNames<T>().FirstOrDefault(n => JsonNamingPolicy.CamelCase.ConvertName(n) == text);
        return name is not null && Enum.TryParse(name, out word);
    }

    private static string Words<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName));

    private static string Describe(JsonElement value)
    {
        var raw = value.GetRawText();
        return raw.Length <= 60 ? raw : raw[..57] + "...";
    }

    private static string Format(TimeSpan value) => value switch
    {
        { TotalDays: >= 1 } when value.Ticks % TimeSpan.TicksPerDay == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalDays}d"),
        { TotalHours: >= 1 } when value.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalHours}h"),
        { TotalMinutes: >= 1 } when value.Ticks % TimeSpan.TicksPerMinute == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMinutes}min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds}s"),
    };

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
