using System.Globalization;
using System.Text;
using Engagement.Core.Sites;

namespace Engagement.Engine.Sites;

/// <summary>What one look at the site files gave.</summary>
/// <param name="Catalog">The sites to serve: each from its latest valid file.</param>
/// <param name="Errors">Everything that is wrong in any file; empty when all is well.</param>
public sealed record SiteReading(SiteCatalog Catalog, IReadOnlyList<SiteConfigError> Errors);

/// <summary>
/// Reads all site files into one catalogue. A file that has become invalid leaves its last good site in place; a file that is gone takes its site
/// with it. Not thread-safe: one loader owns it.
/// </summary>
public sealed class SiteDirectoryReader(SiteOptions options)
{
    private readonly SiteComposer _composer = new(new SiteModelReader(options.ModelDirectory));
    private readonly HashSet<string> _filesNamed = new(StringComparer.Ordinal);
    private Dictionary<string, SiteModel> _lastGood = new(StringComparer.Ordinal);
    private int _generation;

    /// <summary>Reads everything anew.</summary>
    public SiteReading Read()
    {
        var errors = new List<SiteConfigError>();
        var good = new Dictionary<string, SiteModel>(StringComparer.Ordinal);
        foreach (var (path, directory) in Files())
        {
            var file = Path.GetFileName(path);
            var name = Path.GetFileNameWithoutExtension(path);
            var ofFile = new List<SiteConfigError>();
            var site = ReadOne(path, file, directory, ofFile) ?? _lastGood.GetValueOrDefault(name);
            if (site is not null && !good.TryAdd(site.Id, site)) ofFile.Add(new SiteConfigError(file, "$.site", $"\"{site.Id}\" stands in two directories; allowed: one"));
            errors.AddRange(ofFile);
        }
        foreach (var (path, credential, sites) in Shared(good.Values))
        {
            // Which of them the credential should determine cannot be known: the later by name does without it.
            errors.Add(new SiteConfigError(sites[^1] + ".json", path, $"has {credential} that {sites[0]} has; allowed: each in one site"));
            good.Remove(sites[^1]);
            if (_lastGood.TryGetValue(sites[^1], out var before) && Shared([.. good.Values, before]).Count == 0) good[sites[^1]] = before;
        }
        _lastGood = good;
        return new SiteReading(new SiteCatalog([.. good.Values.OrderBy(s => s.Id, StringComparer.Ordinal)], ++_generation), errors);
    }

    /// <summary>Changes whenever a site file, or a file that one of them names, is written, added or removed.</summary>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        foreach (var file in Files().Select(f => f.Path).Concat(_filesNamed).Select(path => new FileInfo(path)))
        {
            if (file.Exists) text.Append(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks};");
        }
        return text.ToString();
    }

    private SiteModel? ReadOne(string path, string file, SiteDirectory directory, List<SiteConfigError> errors)
    {
        try
        {
            if (SiteFileReader.Read(File.ReadAllBytes(path), file, errors) is not { } site) return null;
            SiteValidator.Validate(site, file, errors);
            if (!options.AllowDemoKeys && site.Keys.Any(k => k.Sha256 is not null && DemoKeys.Contains(k.Sha256)))
                errors.Add(new SiteConfigError(file, "$.keys", "has a key of the demo, which everybody knows; allowed: only with serve --demo, on this machine"));
            _filesNamed.UnionWith(SiteComposer.FilesOf(site, directory));
            return _composer.Compose(site, file, directory, errors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(new SiteConfigError(file, "$", $"cannot be read: {exception.Message}"));
            return null;
        }
    }

    private IEnumerable<(string Path, SiteDirectory Directory)> Files() =>
        from directory in options.Directories
        where Directory.Exists(directory.Path)
        from path in Directory.EnumerateFiles(directory.Path, "*.json").Order(StringComparer.Ordinal)
        where !Path.GetFileName(path).EndsWith(".schema.json", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith('.')
        select (path, directory);

    /// <summary>Credentials that more than one site has: keys, and clients of a provider.</summary>
    private static List<(string Path, string Credential, List<string> Sites)> Shared(IEnumerable<SiteModel> sites) =>
        [.. sites.SelectMany(CredentialsOf).GroupBy(p => (p.Path, p.Identity))
            .Select(g => (g.Key.Path, g.First().Words, Sites: g.Select(p => p.Site).Distinct().Order(StringComparer.Ordinal).ToList()))
            .Where(p => p.Sites.Count > 1)];

    private static IEnumerable<(string Path, string Identity, string Words, string Site)> CredentialsOf(SiteModel site)
    {
        foreach (var key in site.Keys)
        {
            var hash = Convert.ToHexString(key.Sha256.AsSpan());
            yield return ("$.keys", hash, $"the key {hash[..8].ToLowerInvariant()}…", site.Id);
        }
        if (site.SignIn is { } signIn) yield return ("$.signIn.clientId", $"{signIn.Issuer} {signIn.ClientId}", $"the client \"{signIn.ClientId}\" of the issuer", site.Id);
    }
}
