using Engagement.Engine.Sites;

namespace Hosts.Tests.Sites;

/// <summary>A directory of site files of its own, gone with the test.</summary>
internal sealed class SiteFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("engagement-sites-");
    private SiteDirectoryReader? _reader;

    public string Path => _directory.FullName;

    public SiteOptions Options(bool allowDemoKeys = false) => new() { Directories = [new SiteDirectory(Path)], AllowDemoKeys = allowDemoKeys, ReloadEvery = TimeSpan.FromMilliseconds(100) };

    public SiteDirectoryReader Reader => _reader ??= new SiteDirectoryReader(Options());

    public SiteReading Read() => Reader.Read();

    public void Write(string site, string json) => File.WriteAllText(System.IO.Path.Combine(Path, site + ".json"), json);

    public void WriteSecret(string name) => File.WriteAllText(System.IO.Path.Combine(Path, name), "0123456789abcdef0123456789abcdef");

    public void Delete(string site) => File.Delete(System.IO.Path.Combine(Path, site + ".json"));

    /// <summary>A valid site with one write key.</summary>
    public static string Valid(string site, string mode = "observe", string key = "a-key-of-sixteen-characters") => $$"""
        { "site": "{{site}}", "mode": "{{mode}}", "secret": { "file": "shop.secret" }, "keys": [
          { "role": "write", "sha256": "{{DemoKeys.HashOf(key)}}" }, { "role": "agent", "sha256": "{{DemoKeys.HashOf(key + "-agent")}}" }] }
        """;

    public void Dispose() => _directory.Delete(recursive: true);
}
