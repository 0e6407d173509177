namespace Engagement.Server.Hosting;

/// <summary>A secret from the environment, or from the first line of a file that the environment names; never from the command line, which every user of the machine can read.</summary>
internal static class SecretReader
{
    /// <summary>Null when neither variable is set, and with an error.</summary>
    /// <param name="environment">Value of a variable; null or empty: not set.</param>
    /// <param name="variable">Holds the secret.</param>
    /// <param name="fileVariable">Names a file that holds it.</param>
    /// <param name="errors">What is wrong is added.</param>
    public static string? Read(Func<string, string?> environment, string variable, string fileVariable, ICollection<string> errors)
    {
        var (value, file) = (environment(variable), environment(fileVariable));
        if (string.IsNullOrEmpty(file)) return string.IsNullOrEmpty(value) ? null : value;
        if (!string.IsNullOrEmpty(value))
        {
            errors.Add($"{variable} and {fileVariable} are both set: one of them");
            return null;
        }
        var lines = ReadLines(fileVariable, file, errors);
        if (lines.Length > 0 && lines[0].Length > 0) return lines[0];
        if (lines.Length > 0) errors.Add($"{fileVariable}: the first line of {file} is empty");
        return null;
    }

    /// <summary>Empty, and an error, where the file has none or cannot be read.</summary>
    public static string[] ReadLines(string source, string file, ICollection<string> errors)
    {
        try
        {
            var lines = File.ReadAllLines(file);
            if (lines.Length == 0) errors.Add($"{source}: {file} is empty");
            return lines;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{source}: {file} cannot be read: {exception.Message}");
            return [];
        }
    }
}
