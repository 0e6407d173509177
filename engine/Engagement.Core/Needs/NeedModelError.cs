namespace Engagement.Core.Needs;

/// <summary>Why a need model's file was refused. The code in logs is the member's name in snake_case.</summary>
public enum NeedModelError : byte
{
    None = 0,

    /// <summary>Not JSON, cut short, or a field missing or of the wrong kind.</summary>
    MalformedJson,

    /// <summary>More bytes, topics or n-grams than <see cref="Limits"/> allows.</summary>
    TooLarge,

    /// <summary>Another format, or a format version that this reader does not know.</summary>
    UnsupportedFormat,

    /// <summary>Fewer than two topics, two of one id, or one without a name.</summary>
    InvalidTopics,

    /// <summary>N-grams that the extractor does not make.</summary>
    InvalidNgrams,
    ArrayLengthMismatch,

    /// <summary>Hashes that are not ascending: one stands there twice.</summary>
    NotAscending,
    NotFinite,

    /// <summary>A share or a threshold outside its range.</summary>
    InvalidClarity,

    /// <summary>Fewer parity texts than <see cref="Limits.ModelParityVectorsMin"/>.</summary>
    ParityMissing,

    /// <summary>The engine does not give what the trainer gave; the detail says the text's number and both values.</summary>
    ParityMismatch,
}
