package io.holdfast.cli;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import io.holdfast.problem.Secret;
import java.util.Map;

/** A QR code as text, two rows of squares to a line, and as a picture for a page. */
final class QrCode {

    private static final int QUIET_ZONE = 4;

    private final BitMatrix squares;

    private QrCode(BitMatrix squares) {
        this.squares = squares;
    }

    static QrCode of(Secret content) {
        try {
            return new QrCode(new QRCodeWriter()
                    .encode(
                            content.reveal(),
                            BarcodeFormat.QR_CODE,
                            0,
                            0,
                            Map.of(
                                    EncodeHintType.ERROR_CORRECTION,
                                    ErrorCorrectionLevel.M,
                                    EncodeHintType.MARGIN,
                                    QUIET_ZONE)));
        } catch (WriterException e) {
            throw new IllegalStateException("a recovery key fits into a QR code", e);
        }
    }

    /** Dark squares are drawn, for dark ink on paper. */
    String text() {
        var text = new StringBuilder();
        for (int y = 0; y < squares.getHeight(); y += 2) {
            for (int x = 0; x < squares.getWidth(); x++) {
                boolean lower = y + 1 < squares.getHeight() && squares.get(x, y + 1);
                text.append(squares.get(x, y) ? lower ? '\u2588' : '\u2580' : lower ? '\u2584' : ' ');
            }
            text.append('\n');
        }
        return text.toString();
    }

    String svg() {
        var path = new StringBuilder();
        for (int y = 0; y < squares.getHeight(); y++) {
            for (int x = 0; x < squares.getWidth(); x++) {
                if (squares.get(x, y)) {
                    path.append("M%d %dh1v1h-1z".formatted(x, y));
                }
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60mm\" viewBox=\"0 0 %d %d\"><path d=\"%s\"/></svg>"
                .formatted(squares.getWidth(), squares.getHeight(), path);
    }
}
