namespace Hosts.Tests;

/// <summary>A folder of one test, gone with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engagement-");

    public string File(string name) => Path.Combine(_folder.FullName, name);
    public void Dispose() => _folder.Delete(recursive: true);
}
