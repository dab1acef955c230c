/**
 * What a worker does with a request: the answer is written straight into the response.
 *
 * A property and not a method, here as in every contract: methods are compared bivariantly, and an
 * execution that needs more than the parser gives would type-check.
 */
export interface Execute<Request, Response> {
  readonly execute: (request: Request, response: Response) => void
}
